/** What is compared, each in a process of its own, loaded from the packages as they are published. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Asked } from './contend.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Makes JavaScript of a script of the bench, named from here; with `whole`, one file that holds its packages too. */
export async function prepare(script: string, { whole = false } = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'lutra-bench-'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const outfile = join(folder, 'script.mjs')
  await build({
    entryPoints: [fileURLToPath(new URL(script, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // Without the `paths` of the workspace: the packages are those that were built.
    tsconfigRaw: {},
    ...(!whole && { packages: 'external' }),
    external: ['@opentelemetry/*'],
    logLevel: 'error',
  })
  return outfile
}

/** A running process. */
export interface Contender {
  /** 0 where it listens on none. */
  readonly port: number
  /** Asks the process something, in its own words. */
  ask(question: string, given?: unknown): Promise<unknown>
  stop(): Promise<void>
}

/** Starts a prepared script. */
export async function startContender(script: string, ...args: string[]): Promise<Contender> {
  const child = fork(script, args, { execArgv: ['--expose-gc'] })
  const port = Number(await nextAnswer(child))
  return {
    port,
    ask(question, given) {
      const answer = nextAnswer(child)
      child.send({ question, given } satisfies Asked)
      return answer
    },
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

/** Starts several, gives them to `use`, and stops them whatever happens. */
export async function withContenders<T>(
  starting: readonly Promise<Contender>[],
  use: (...started: Contender[]) => Promise<T>,
): Promise<T> {
  const settled = await Promise.allSettled(starting)
  const started = settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  try {
    for (const one of settled) if (one.status === 'rejected') throw one.reason
    return await use(...started)
  } finally {
    await Promise.all(started.map((one) => one.stop()))
  }
}

async function nextAnswer(child: ChildProcess): Promise<unknown> {
  const early = new AbortController()
  const { signal } = early
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`A contender ended with ${code}`)
  })
  const told = once(child, 'message', { signal })
  try {
    const [message] = await Promise.race([told, ended])
    return message.answer
  } finally {
    ended.catch(() => {})
    told.catch(() => {})
    early.abort()
  }
}
