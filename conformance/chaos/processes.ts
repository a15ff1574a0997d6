import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** The processes of the server under test: one that ends is started again at once. */
export interface Processes {
  readonly counts: { starts: number; kills: number; freezes: number }
  /** Ends one as a crash does. */
  kill(which: number): void
  /** Stops one for a while, without its knowing. */
  freeze(which: number, ms: number): void
  stop(): Promise<void>
}

/** One file of the server and all that it imports, which starts several times as fast as its sources. */
export async function bundleServer(folder: string): Promise<string> {
  const outfile = join(folder, 'server.mjs')
  await build({
    entryPoints: [fileURLToPath(new URL('server.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['@electric-sql/pglite'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  })
  return outfile
}

export function startProcesses(
  file: string,
  environments: readonly Readonly<Record<string, string>>[],
): Processes {
  const counts = { starts: 0, kills: 0, freezes: 0 }
  const children: ChildProcess[] = []
  const timers = new Set<ReturnType<typeof setTimeout>>()
  let stopping = false

  function start(which: number): void {
    if (stopping) return
    counts.starts++
    const startedAt = performance.now()
    const child = spawn(process.execPath, [file], {
      env: { ...process.env, ...environments[which] },
      stdio: ['ignore', 'inherit', process.env['LOUD'] ? 'inherit' : 'ignore'],
    })
    children[which] = child
    child.once('exit', () => {
      // One that cannot begin, as when its engine is away, is not tried a hundred times a second.
      later(performance.now() - startedAt < 500 ? 250 : 0, () => start(which))
    })
  }

  function later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      work()
    }, ms)
    timers.add(timer)
  }

  for (const which of environments.keys()) start(which)
  return {
    counts,
    kill(which) {
      if (children[which]?.kill('SIGKILL')) counts.kills++
    },
    freeze(which, ms) {
      const child = children[which]
      if (!child?.kill('SIGSTOP')) return
      counts.freezes++
      later(ms, () => child.kill('SIGCONT'))
    },
    async stop() {
      stopping = true
      for (const timer of timers) clearTimeout(timer)
      const left = children.filter((one) => one.exitCode === null && one.signalCode === null)
      const ended = left.map((child) => new Promise((resolve) => child.once('exit', resolve)))
      for (const child of left) child.kill('SIGKILL')
      await Promise.all(ended)
    },
  }
}
