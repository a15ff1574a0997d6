/** nginx in front of groups of servers, each group behind a port of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../scripts/free-port.ts'
import { find } from '../../scripts/start-database.ts'

export interface Nginx {
  /** Where each group is reached, in their order. */
  readonly ports: readonly number[]
  stop(): Promise<void>
}

/** Starts it as a user's own process; undefined where it is not installed. */
export async function startNginx(
  groups: readonly (readonly number[])[],
): Promise<Nginx | undefined> {
  const program = find('nginx')
  if (!program) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'lutra-nginx-'))
  // A free port may be another's by the time that it is taken.
  for (let tries = 1; ; tries++) {
    const ports: number[] = []
    for (const _ of groups) ports.push(await freePort())
    const child = spawn(program, ['-p', folder, '-c', writeConf(folder, groups, ports)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    try {
      for (const port of ports) await untilOpen(port, child)
    } catch (error) {
      if (child.exitCode === null || tries === 3) throw error
      continue
    }
    const stop = async () => {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
      rmSync(folder, { recursive: true, force: true })
    }
    return { ports, stop }
  }
}

function writeConf(
  folder: string,
  groups: readonly (readonly number[])[],
  ports: readonly number[],
): string {
  const template = readFileSync(new URL('nginx.conf', import.meta.url), 'utf8')
  const conf = join(folder, 'nginx.conf')
  const parts = groups.map((servers, at) => group(`group${at}`, servers, ports[at] ?? 0))
  writeFileSync(conf, template.replaceAll('FOLDER', folder).replace('GROUPS', parts.join('\n')))
  return conf
}

function group(name: string, servers: readonly number[], port: number): string {
  const lines = servers.map((server) => `server 127.0.0.1:${server} max_fails=0;`)
  return `upstream ${name} { ${lines.join(' ')} keepalive 64; keepalive_requests 10000000; }
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://${name}; } }`
}

async function untilOpen(port: number, child: ChildProcess): Promise<void> {
  for (const end = Date.now() + 20_000; ; await pause(50)) {
    if (await isOpen(port)) return
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`)
    if (Date.now() > end) throw new Error('nginx did not listen in 20 seconds')
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
