/** A server as a child process. See /specification/2026-07-28/basic/transports/stdio */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { type LineError, type Message, type Pipe, parseMessage, readLines } from '@lutra/core'
import { warnBy } from '../options.ts'
import { ConnectionError } from '../words/error.ts'
import { readJson } from '../words/read-json.ts'
import type { Command, StdioOptions } from './command.ts'
import { serverEnvironment } from './environment-stdio.ts'
import { groupRuns, ownGroup, signalGroup } from './group-stdio.ts'
import { createRing } from './stderr-ring.ts'

/** A pipe to a process, and what the process wrote beside it. */
export interface ProcessPipe extends Pipe {
  readonly pid: number | undefined
  /** The end of what it wrote to stderr. */
  stderr(): string
}

/** Starts a server process and gives the pipe to it, which ends with a `ConnectionError` when the process does. */
export function spawnServer(command: Command, options: StdioOptions = {}): ProcessPipe {
  const child = spawn(command.command, [...(command.args ?? [])], {
    env: serverEnvironment(command.env),
    cwd: command.cwd,
    detached: ownGroup,
    windowsHide: true,
    stdio: ['pipe', 'pipe', options.stderr === 'inherit' ? 'inherit' : 'pipe'],
  }) as ChildProcessWithoutNullStreams
  const ring = createRing()
  const ended = watch(child, command)
  let stopping: Promise<void> | undefined
  let draining: Promise<unknown> | undefined

  // Streams of the child report its death too; `ended` is where it is told.
  child.stdin.on('error', () => {})
  child.stdout.on('error', () => {})
  if (options.stderr !== 'inherit') {
    child.stderr.on('error', () => {})
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      ring.push(text)
      if (typeof options.stderr === 'function') options.stderr(text)
    })
  }
  // A group of its own does not end with ours.
  const killNow = () => signalGroup(child, 'SIGKILL')
  process.on('exit', killNow)
  void ended.then(() => process.off('exit', killNow))

  const death = (reason: string) => {
    const said = ring.tail()
    return new ConnectionError(`${reason}${said ? `; it wrote: ${said}` : ''}`)
  }

  const close = () => {
    stopping ??= stop(child, ended, options.stopMs ?? 2000)
    return stopping
  }

  async function* incoming(): AsyncGenerator<Message, void, undefined> {
    try {
      yield* readMessages(child.stdout, options)
    } catch {
      // The stream broke, and the end of the process says why.
    }
    if (stopping !== undefined) return
    const reason = (await within(ended, 500)) ? await ended : `${command.command} closed its stdout`
    close().catch(() => {})
    throw death(reason)
  }

  return {
    pid: child.pid,
    stderr: () => ring.tail(16_384),
    incoming: incoming(),
    async send(message) {
      if (stopping !== undefined) return
      if (!child.stdin.writable) throw death(await ended)
      if (child.stdin.write(`${JSON.stringify(message)}\n`)) return
      draining ??= Promise.race([once(child.stdin, 'drain'), ended]).finally(() => {
        draining = undefined
      })
      await draining
    },
    close,
  }
}

/** Resolves when a process has ended, or could not be started, with words for it. */
function watch(child: ChildProcessWithoutNullStreams, { command, cwd }: Command): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const where = cwd === undefined ? '' : ` in ${cwd}`
      const hint = error.code === 'ENOENT' ? '; is it installed, and on the PATH?' : ''
      resolve(`Cannot start ${command}${where}: ${error.message}${hint}`)
    })
    child.once('exit', (code, signal) => {
      resolve(`The server ${command} has ended (${signal ?? `exit code ${code}`})`)
      // Something that it started may hold its output open, where nothing will come any more.
      setTimeout(() => child.stdout.destroy(), 500).unref()
    })
  })
}

/** Messages as they come; lines that are none are skipped, for many programs print what they should not. */
async function* readMessages(
  chunks: AsyncIterable<Uint8Array>,
  options: StdioOptions,
): AsyncGenerator<Message, void, undefined> {
  const warn = warnBy(options)
  let told = 0
  const skip = (what: string) => {
    told += 1
    if (told <= maxTold) warn(`Skipped a line of the server's stdout: ${what}`)
  }
  const maxBytes = options.maxMessageBytes
  const onError = (error: LineError) => skip(`${error.message}; raise maxMessageBytes to take it`)
  const limits = maxBytes === undefined ? { onError } : { onError, maxBytes }
  for await (const line of readLines(chunks, limits)) {
    try {
      const value = readJson(line)
      // One older revision sends several messages at once.
      yield* Array.isArray(value) ? value.map(parseMessage) : [parseMessage(value)]
    } catch {
      skip(JSON.stringify(line.slice(0, 200)))
    }
  }
}

const maxTold = 10

/** Closes stdin and waits; ends what is left of the group by force. */
async function stop(
  child: ChildProcessWithoutNullStreams,
  ended: Promise<string>,
  stopMs: number,
): Promise<void> {
  child.stdin.end()
  if (!(await within(ended, stopMs))) {
    signalGroup(child, 'SIGTERM')
    if (!(await within(ended, stopMs))) signalGroup(child, 'SIGKILL')
    await ended
  }
  // What it started may have outlived it, and may hold its output open.
  if (groupRuns(child)) {
    signalGroup(child, 'SIGTERM')
    await within(new Promise(() => {}), Math.min(stopMs, 200))
    if (groupRuns(child)) signalGroup(child, 'SIGKILL')
  }
  child.stdout.destroy()
  child.stderr?.destroy()
}

async function within(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  try {
    return await Promise.race([work.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}
