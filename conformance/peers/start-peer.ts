import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { freePort } from '../../scripts/free-port.ts'

const require = createRequire(import.meta.url)

/** The file that starts an official server, as its package lies in node_modules. */
export function peerFile(name: string, file = 'dist/index.js'): string {
  return join(dirname(require.resolve(`${name}/package.json`)), file)
}

export interface Peer extends AsyncDisposable {
  readonly origin: string
}

/** Starts a server of server-everything that listens for HTTP, and waits until it does. */
export async function startEverything(
  mode: 'sse' | 'streamableHttp',
  wanted?: number,
): Promise<Peer> {
  for (let tries = 1; ; tries++) {
    try {
      return await startAt(wanted ?? (await freePort()), mode)
    } catch (error) {
      // A port that was free a moment ago may be another's by now.
      if (wanted !== undefined || tries === 3) throw error
    }
  }
}

async function startAt(port: number, mode: 'sse' | 'streamableHttp'): Promise<Peer> {
  const file = peerFile('@modelcontextprotocol/server-everything')
  const child = spawn(process.execPath, [file, mode], {
    env: { ...process.env, PORT: String(port) },
    stdio: 'ignore',
  })
  const origin = `http://127.0.0.1:${port}`
  await reachable(origin, child)
  return {
    origin,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        child.once('exit', () => resolve())
        child.kill('SIGKILL')
      }),
  }
}

async function reachable(origin: string, child: ChildProcess): Promise<void> {
  for (let count = 0; count < 300; count++) {
    if (child.exitCode !== null) throw new Error(`The server ended with code ${child.exitCode}`)
    const response = await fetch(`${origin}/nothing-here`).catch(() => undefined)
    await response?.body?.cancel()
    if (response) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  child.kill('SIGKILL')
  throw new Error(`${origin} did not begin to answer`)
}
