/** The processes of this example: servers, and nginx in front of them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../scripts/free-port.ts'

export interface Instance {
  readonly name: string
  readonly port: number
  readonly ops: string
  readonly ended: Promise<number | null>
  stop(signal: NodeJS.Signals): void
}

/** Starts one process of the server; resolves once it says that it is ready. */
export async function startInstance(name: string, env: Record<string, string>): Promise<Instance> {
  const [port, opsPort] = [await freePort(), await freePort()]
  const file = join(import.meta.dirname, 'server.ts')
  const own = { HOSTNAME: name, PORT: String(port), OPS_PORT: String(opsPort), ...env }
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    env: { ...process.env, ...own },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ops = `http://127.0.0.1:${opsPort}`
  await until(`${name} to be ready`, async () => (await fetch(`${ops}/readyz`)).ok, child)
  return { name, port, ops, ended: endOf(child), stop: (signal) => void child.kill(signal) }
}

/** Starts nginx as a user's own process; what it writes goes to a folder that is removed at the end. */
export async function startNginx(program: string, ports: readonly number[]) {
  const folder = mkdtempSync(join(tmpdir(), 'lutra-nginx-'))
  const port = await freePort()
  const template = readFileSync(join(import.meta.dirname, 'nginx.conf'), 'utf8')
  const servers = ports.map((one) => `server 127.0.0.1:${one} max_fails=0;`).join('\n    ')
  const conf = template
    .replaceAll('FOLDER', folder)
    .replaceAll('PORT', String(port))
    .replace('SERVERS', servers)
  writeFileSync(join(folder, 'nginx.conf'), conf)
  const child = spawn(program, ['-p', folder, '-c', join(folder, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const url = `http://127.0.0.1:${port}/mcp`
  await until('nginx', async () => (await fetch(url)).status > 0, child)
  return {
    url,
    async stop() {
      child.kill('SIGQUIT')
      const force = setTimeout(() => child.kill('SIGKILL'), 2000)
      await endOf(child)
      clearTimeout(force)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function until(what: string, holds: () => Promise<boolean>, child: ChildProcess) {
  for (const end = Date.now() + 30_000; ; await pause(100)) {
    if (await holds().catch(() => false)) return
    if (child.exitCode !== null) throw new Error(`${what}: ended with ${child.exitCode}`)
    if (Date.now() > end) throw new Error(`Waited 30 seconds for ${what}`)
  }
}

function endOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((resolve) => child.once('exit', resolve))
}
