/** Runs the command line as its users do: as a process. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../..', import.meta.url))
export const kiosk = fileURLToPath(new URL('servers/kiosk.ts', import.meta.url))
export const kioskFetch = fileURLToPath(new URL('servers/kiosk-fetch.ts', import.meta.url))
const tsx = import.meta.resolve('tsx')
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** The command line of a server over stdio, to go behind `--`. */
export const kioskProcess = [
  process.execPath,
  '--import',
  tsx,
  fileURLToPath(new URL('servers/kiosk-stdio.ts', import.meta.url)),
]

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Options {
  readonly input?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  /** The program and its first words, in place of the sources. */
  readonly program?: readonly string[]
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves when its output matches; rejects when it ends before. */
  saw(pattern: RegExp, where?: 'stdout' | 'stderr'): Promise<RegExpExecArray>
  type(text: string): void
}

/** How Node.js runs the sources of the command line. */
export const sources: readonly string[] = [process.execPath, '--import', tsx, main]

// Nothing of where the tests run decides how they end, and nothing of it is changed.
const neutral = {
  LUTRA_TOKEN: undefined,
  LUTRA_CLIENT_ID: undefined,
  LUTRA_CLIENT_SECRET: undefined,
  LUTRA_CREDENTIALS: join(tmpdir(), `lutra-tests-${process.pid}`, 'credentials.json'),
  BROWSER: undefined,
  NO_COLOR: undefined,
  FORCE_COLOR: undefined,
  NODE_OPTIONS: undefined,
  TSX_TSCONFIG_PATH: `${root}tsconfig.json`,
}

/** Starts the command line; its stdin is closed unless it is given something to read. */
export function start(args: readonly string[], options: Options = {}): Running {
  const [program = '', ...first] = options.program ?? sources
  const child = spawn(program, [...first, ...args], {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...neutral, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  const hearers = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      said[name] += chunk
      for (const hear of hearers) hear()
    })
  }
  child.stdin.on('error', () => {})
  if (options.input !== undefined) child.stdin.end(options.input)
  const ended = once(child, 'close').then(([code]: (number | null)[]): Ended => {
    for (const hear of hearers) hear()
    return { code: code ?? null, ...said }
  })
  return {
    child,
    ended,
    type: (text) => void child.stdin.write(text),
    saw: (pattern, where = 'stdout') =>
      new Promise((resolve, reject) => {
        const fail = (why: string) => {
          child.kill('SIGKILL')
          reject(new Error(`${why} ${pattern}: ${said.stdout}\n${said.stderr}`))
        }
        const timer = setTimeout(() => settle(() => fail('There is no')), patienceMs)
        const settle = (how: () => void) => {
          clearTimeout(timer)
          hearers.delete(look)
          how()
        }
        const look = () => {
          const found = pattern.exec(said[where])
          if (found) settle(() => resolve(found))
          else if (child.exitCode !== null || child.signalCode !== null) {
            settle(() => fail('It ended before'))
          }
        }
        hearers.add(look)
        look()
      }),
  }
}

// Long, for machines that are busy.
const patienceMs = 30_000

/** Runs one command line to its end. */
export function lutra(args: readonly string[], options: Options = {}): Promise<Ended> {
  return start(args, { input: '', ...options }).ended
}
