/** Starts servers to attack, each in a process of its own. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ServerOptions } from '@lutra/server'
import type { ServeNodeOptions } from '@lutra/server/serve-node'
import type { ServeStdioOptions } from '@lutra/server/serve-stdio'

export interface VictimOptions
  extends Partial<Pick<ServerOptions, 'keys' | 'name' | 'asking' | 'limits'>> {
  readonly http?: ServeNodeOptions
  /** Over standard input and output, not HTTP. */
  readonly stdio?: boolean
  readonly pipe?: Pick<ServeStdioOptions, 'maxLineBytes' | 'maxCalls' | 'maxBufferedBytes'>
}

/** How a server fares, after a collection of garbage. */
export interface Health {
  readonly heap: number
  readonly rss: number
  /** Calls of its tools that have begun, and those that have not ended. */
  readonly started: number
  readonly running: number
  /** Subscriptions to its bus. */
  readonly listening: number
  /** Internal errors that it was told of. */
  readonly errors: number
  /** Warnings of Node.js, such as of listeners that pile up. */
  readonly warnings: number
  /** What keeps its process alive, by kind. */
  readonly handles: Readonly<Record<string, number>>
  /** What was added to the prototype of all objects. */
  readonly polluted: readonly string[]
}

export interface Victim extends AsyncDisposable {
  readonly port: number
  readonly url: string
  readonly child: ChildProcess
  /** What it wrote to standard error. */
  stderr(): string
  health(): Promise<Health>
  /** Has it tell of a change of its tools. */
  change(): Promise<Health>
}

export async function startVictim(options: VictimOptions = {}): Promise<Victim> {
  const { child, ask, stderr, stop } = start(options)
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (told) => resolve((told as { port: number }).port))
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${stderr()}`)))
  })
  return {
    port,
    child,
    url: `http://127.0.0.1:${port}/mcp`,
    stderr,
    health: () => ask('health'),
    change: () => ask('change'),
    [Symbol.asyncDispose]: stop,
  }
}

/** The same over stdio: the caller reads and writes the pipes of the child. */
export function startStdioVictim(options: VictimOptions = {}) {
  const { child, ask, stderr, stop } = start({ ...options, stdio: true })
  const { stdin, stdout } = child
  if (!stdin || !stdout) throw new Error('The server has no pipes')
  return { child, stdin, stdout, stderr, health: () => ask('health'), [Symbol.asyncDispose]: stop }
}

function start(options: VictimOptions) {
  const child = fork(
    fileURLToPath(new URL('./victim.ts', import.meta.url)),
    [JSON.stringify(options)],
    {
      execArgv: ['--expose-gc', '--import', 'tsx'],
      stdio: options.stdio ? ['pipe', 'pipe', 'pipe', 'ipc'] : ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'json',
    },
  )
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-10_000)
  })
  let last = 0

  function ask(what: string): Promise<Health> {
    last += 1
    const id = last
    return new Promise((resolve, reject) => {
      const dead = () => reject(new Error(`The server is dead: ${said}`))
      const hear = (told: unknown) => {
        const answer = told as { id?: number; health: Health }
        if (answer.id !== id) return
        child.off('message', hear)
        child.off('exit', dead)
        resolve(answer.health)
      }
      child.on('message', hear)
      child.once('exit', dead)
      if (child.exitCode !== null || !child.connected) dead()
      else child.send({ id, what })
    })
  }

  async function stop(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  return { child, ask, stderr: () => said, stop }
}
