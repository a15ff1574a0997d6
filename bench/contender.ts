/** Servers under test, each a process of its own: bundled first, as users' bundlers do, so that no loader is measured. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Bundles a script of the bench into one file for Node.js. What is not Lutra stays outside, and with `asBuilt` Lutra too: then
 * it is loaded from its packages, which have to be built.
 */
export async function bundleScript(path: string, { asBuilt = false } = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'lutra-bench-'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const outfile = join(folder, 'script.mjs')
  await build({
    entryPoints: [path],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    ...(asBuilt ? { tsconfigRaw: {} } : { tsconfig: join(root, 'tsconfig.json') }),
    external: [
      '@modelcontextprotocol/*',
      '@opentelemetry/*',
      'zod',
      ...(asBuilt ? ['@lutra/*'] : []),
    ],
    logLevel: 'error',
  })
  return outfile
}

/** A running server. */
export interface Contender {
  readonly port: number
  /** Asks the server's process something, by its own words. */
  ask(question: string): Promise<unknown>
  stop(): Promise<void>
}

/** Starts a bundled script as a server; its first message is its port. */
export async function startContender(script: string, name: string): Promise<Contender> {
  const child = fork(script, [name], { execArgv: ['--expose-gc'] })
  const port = await nextMessage(child)
  if (typeof port !== 'number') throw new TypeError(`${name} did not say its port`)
  return {
    port,
    ask(question) {
      const answer = nextMessage(child)
      child.send(question)
      return answer
    },
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const early = new AbortController()
  const ended = once(child, 'exit', { signal: early.signal }).then(([code]) => {
    throw new Error(`A contender ended with ${code}`)
  })
  const told = once(child, 'message', { signal: early.signal })
  try {
    const [message] = await Promise.race([told, ended])
    return message
  } finally {
    ended.catch(() => {})
    told.catch(() => {})
    early.abort()
  }
}
