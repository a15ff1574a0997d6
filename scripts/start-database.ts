import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** A server of a database that a test or an example has started for itself. */
export interface DatabaseServer {
  readonly url: string
  /** Ends it at once, as a crash does; what it has promised to keep stays on disk. */
  kill(): Promise<void>
  /** Starts it again, at the same place. */
  start(): Promise<void>
  /** Ends it and removes what it has stored. */
  stop(): Promise<void>
}

interface Program {
  readonly url: string
  readonly folder: string
  readonly command: readonly [string, ...string[]]
  /** Runs it as this user: PostgreSQL refuses to be run by root. */
  readonly uid: number | undefined
  isUp(): boolean
}

/** PostgreSQL in a folder of its own; undefined where it is not installed. */
export async function startPostgres(): Promise<DatabaseServer | undefined> {
  const postgres = find('postgres')
  const initdb = find('initdb')
  if (!postgres || !initdb) return undefined
  const { folder, uid } = makeFolder('postgres')
  const port = await freePort()
  const asUser = uid === undefined ? {} : { uid, gid: uid }
  execFileSync(initdb, ['-D', folder, '-U', 'lutra', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
    ...asUser,
    stdio: 'ignore',
  })
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'fsync=on']
  const flags = settings.flatMap((setting) => ['-c', setting])
  const isReady = find('pg_isready') ?? 'pg_isready'
  return run({
    url: `postgres://lutra@127.0.0.1:${port}/postgres`,
    folder,
    uid,
    command: [postgres, '-D', folder, '-p', String(port), ...flags],
    isUp: () => succeeds(isReady, ['-q', '-h', '127.0.0.1', '-p', String(port)]),
  })
}

/** Redis in a folder of its own, with every write on disk; undefined where it is not installed. */
export async function startRedis(): Promise<DatabaseServer | undefined> {
  const programs = redisPrograms()
  return programs && run(await redisAt(programs, []))
}

/** Two nodes of Redis that share the slots of a cluster. */
export async function startRedisCluster(): Promise<readonly DatabaseServer[] | undefined> {
  const programs = redisPrograms()
  if (!programs) return undefined
  const flags = ['--cluster-enabled', 'yes']
  const nodes = [
    await run(await redisAt(programs, flags)),
    await run(await redisAt(programs, flags)),
  ]
  const ports = nodes.map(({ url }) => new URL(url).port)
  const ask = (port = '', ...command: string[]) =>
    String(execFileSync(programs.ask, ['-p', port, 'cluster', ...command]))
  ask(ports[0], 'addslotsrange', '0', '8191')
  ask(ports[1], 'addslotsrange', '8192', '16383')
  ask(ports[0], 'meet', '127.0.0.1', ports[1] ?? '')
  for (const end = Date.now() + 20_000; ; await pause(50)) {
    if (ports.every((port) => ask(port, 'info').includes('cluster_state:ok'))) return nodes
    if (Date.now() > end) throw new Error('The nodes of the cluster did not find each other')
  }
}

interface RedisPrograms {
  readonly serve: string
  readonly ask: string
}

function redisPrograms(): RedisPrograms | undefined {
  const serve = find('redis-server') ?? find('valkey-server')
  const ask = find('redis-cli') ?? find('valkey-cli')
  return serve && ask ? { serve, ask } : undefined
}

async function redisAt({ serve, ask }: RedisPrograms, flags: readonly string[]): Promise<Program> {
  const { folder, uid } = makeFolder('redis')
  const port = await freePort()
  const keep = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', '']
  return {
    url: `redis://127.0.0.1:${port}`,
    folder,
    uid,
    command: [
      serve,
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      ...keep,
      ...flags,
    ],
    isUp: () => succeeds(ask, ['-p', String(port), 'ping']),
  }
}

async function run(program: Program): Promise<DatabaseServer> {
  const { url, folder, command, uid, isUp } = program
  const [path, ...args] = command
  let child: ChildProcess

  async function start(): Promise<void> {
    const asUser = uid === undefined ? {} : { uid, gid: uid }
    child = spawn(path, args, { ...asUser, stdio: 'ignore', cwd: folder })
    for (const end = Date.now() + 20_000; !isUp(); await pause(50)) {
      if (child.exitCode !== null) throw new Error(`${path} ended with ${child.exitCode}`)
      if (Date.now() > end) throw new Error(`${path} did not answer in 20 seconds`)
    }
  }

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }

  await start()
  return {
    url,
    start,
    kill,
    async stop() {
      await kill()
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    },
  }
}

function makeFolder(name: string): { folder: string; uid: number | undefined } {
  const folder = mkdtempSync(join(tmpdir(), `lutra-${name}-`))
  if (process.getuid?.() !== 0) return { folder, uid: undefined }
  // The user that owns nothing.
  chownSync(folder, nobody, nobody)
  return { folder, uid: nobody }
}

const nobody = 65_534

/** Where a program is; undefined where it is not installed. */
export function find(name: string): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian) : []
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/usr/sbin',
    ...versions.map((version) => join(debian, version, 'bin')),
  ]
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

function succeeds(path: string, args: readonly string[]): boolean {
  try {
    execFileSync(path, args, { stdio: 'ignore', timeout: 2000 })
    return true
  } catch {
    return false
  }
}

/** A port that nobody has. The nodes of a cluster also use the one 10,000 above. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No port is free')
  return address.port < 55_000 ? address.port : freePort()
}
