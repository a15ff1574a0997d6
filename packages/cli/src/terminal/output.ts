import type { Progress } from '@lutra/client'
import { createLive, type Live } from './live.ts'
import { safeJson, safeLine, safeText } from './safe-text.ts'
import { createStyle, type Style, wantsColour } from './style.ts'

/** Where a command prints: data to stdout, everything else to stderr. Text of servers is made harmless on the way. */
export interface Output {
  /** Data as JSON, and everything beside it as lines of JSON. */
  readonly json: boolean
  readonly verbose: boolean
  /** Whether a person looks at the data: it is laid out for reading then. */
  readonly terminal: boolean
  /** Columns of the terminal. */
  readonly width: number
  /** One piece of data as text, behind a label in bold. */
  print(text: string, label?: string): void
  /** What comes from nobody but this program. */
  printOwn(text: (style: Style) => string): void
  /** The one document of a command, or one line of several. */
  printJson(value: unknown, lines?: 'lines'): void
  /** Data as it is, for a file or another program. */
  printRaw(data: string | Uint8Array): void
  /** Says something beside the data. */
  note(text: string): void
  warn(text: string): void
  progress(progress: Progress): void
  /** What something that goes on says of itself. */
  status(text: string): void
  /** Tells a person who looks what is going on, until something is said. */
  busy(text: string): void
  log(level: string, text: string): void
  /** What a server process wrote to its stderr. */
  heard(text: string): void
  /** Makes room for an error, which is the last thing that is said. */
  fail(text: string, document: object): void
  /** Takes the live line away while somebody else has the terminal. */
  pause(): () => void
  /** Resolves when everything was taken, or nobody takes it any more. */
  flush(): Promise<void>
}

interface OutputOptions {
  readonly json: boolean
  readonly verbose: boolean
  /** Told once when nobody reads stdout any more. */
  readonly onGone: () => void
}

type Stream = NodeJS.WriteStream

export function createOutput(options: OutputOptions): Output {
  const { json, verbose } = options
  const write = takeStdout(options.onGone)
  const { stdout, stderr, env } = process
  const out = createStyle(!json && wantsColour(stdout, env))
  const err = createStyle(wantsColour(stderr, env))
  const inPlace = !json && stderr.isTTY === true && env['TERM'] !== 'dumb'
  const live = createLive(stderr, inPlace)
  const data = (text: string | Uint8Array) => {
    live.clear()
    write(text)
  }
  const say = (kind: string, value: unknown, text: string) =>
    live.line(json ? safeJson({ [kind]: value }) : text)
  return {
    json,
    verbose,
    terminal: stdout.isTTY === true && !json,
    width: stdout.columns || 80,
    print: (text, label = '') => data(`${out.bold(safeText(label))}${safeText(text)}\n`),
    printOwn: (text) => data(`${text(out)}\n`),
    printJson: (value, lines) => data(`${safeJson(value, lines ? undefined : 2)}\n`),
    printRaw: data,
    note: (text) => say('note', text, safeText(text)),
    warn: (text) => say('warning', text, `${err.yellow('warning:')} ${safeText(text)}`),
    progress: (progress) => showProgress(progress, live, json),
    status: (text) =>
      json ? live.line(safeJson({ status: text })) : live.update(safeLine(text, 500)),
    busy(text) {
      if (inPlace) live.update(`${safeLine(text)} …`)
    },
    log: (level, text) => say('log', { level, text }, err.dim(`${level}: ${safeText(text)}`)),
    heard: (text) => say('stderr', text, err.dim(indent(safeText(text.trimEnd())))),
    fail: (text, document) => say('error', document, `${err.red('error:')} ${safeText(text)}`),
    pause: () => live.pause(),
    flush: () => write.flush(),
  }
}

function showProgress(progress: Progress, live: Live, json: boolean): void {
  const { progress: done, total, message } = progress
  const share = total === undefined || total <= 0 ? `${done}` : `${done}/${total}`
  if (json) live.line(safeJson({ progress }))
  else live.update(message ? `${share} ${safeLine(message)}` : share)
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  | ')
}

/**
 * Takes stdout for data alone: whatever else writes to it, such as a `console.log` of a server in this process, goes to
 * stderr.
 */
function takeStdout(onGone: () => void) {
  const { stdout, stderr } = process
  const own = stdout.write
  const diverted = (...args: unknown[]): boolean => Reflect.apply(stderr.write, stderr, args)
  stdout.write = diverted
  let gone = false
  let last: Promise<void> = Promise.resolve()
  ignoreGone(stderr, () => {})
  ignoreGone(stdout, () => {
    gone = true
    onGone()
  })
  const write = (data: string | Uint8Array): void => {
    if (gone) return
    last = new Promise((resolve) => Reflect.apply(own, stdout, [data, () => resolve()]))
  }
  return Object.assign(write, { flush: () => last })
}

/** Gives stdout back to whoever writes to it. */
export function releaseStdout(): void {
  Reflect.deleteProperty(process.stdout, 'write')
}

// A pipe whose reader has ended, as `head` does when it has enough, is no fault.
function ignoreGone(stream: Stream, onGone: () => void): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error
    onGone()
  })
}
