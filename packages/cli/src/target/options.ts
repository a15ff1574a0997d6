import type { CallOptions } from '@lutra/client'
import type { ConnectAnyOptions } from '@lutra/client/connect'
import { type LogLevel, logLevels } from '@lutra/core'
import type { CommandContext } from '../command.ts'
import { UsageError } from '../errors.ts'
import type { Output } from '../terminal/output.ts'
import { readPair } from '../values/words.ts'
import { readVersion } from '../version.ts'
import type { Words } from '../words.ts'
import { readDuration } from './duration.ts'
import type { Target } from './target.ts'

const longestMs = 3_600_000

/** How the command line wants a server to be connected to and called. */
export function readConnectOptions(
  words: Words,
  { output, signal }: CommandContext,
): ConnectAnyOptions {
  const timeout = words.text('timeout')
  const timeoutMs = timeout === undefined ? 60_000 : readDuration(timeout, '--timeout')
  return {
    info: { name: 'lutra', title: 'Lutra command line', version: readVersion() },
    signal,
    timeoutMs,
    maxTimeoutMs: Math.max(longestMs, timeoutMs),
    era: readEra(words.text('era')),
    headers: readHeaders(words.texts('header')),
    maxRestarts: 0,
    stderr: (text) => {
      if (output.verbose) output.heard(text)
    },
    onWarning: warnBy(output),
  }
}

/** Warns, but of what only a programmer could change. */
export function warnBy({ verbose, warn }: Output): (message: string) => void {
  return (message) => {
    if (verbose || !/^Registering at \S+ dynamically/.test(message)) warn(message)
  }
}

/** What a server process is given to run in. */
export function readSurroundings(words: Words): { env: Record<string, string>; cwd?: string } {
  const env = words.texts('env').map((text) => {
    if (text.includes('=')) return readPair(text)
    const own = process.env[text]
    if (own !== undefined) return [text, own] as const
    throw new UsageError(`--env ${text}: there is no such variable to hand down`)
  })
  const cwd = words.text('cwd')
  return { env: Object.fromEntries(env), ...(cwd !== undefined && { cwd }) }
}

const onlyHttp: readonly string[] = ['header', 'token', 'client-id', 'machine']

/** Refuses options that say nothing about the target at hand. */
export function verifyOptions(words: Words, { kind }: Target): void {
  const given = (name: string) =>
    words.text(name) !== undefined || words.texts(name).length > 0 || words.on(name)
  const wrong = [
    ...(kind === 'module' || kind === 'command' ? onlyHttp : []),
    ...(kind === 'module' || kind === 'url' ? ['env', 'cwd'] : []),
  ].find(given)
  if (wrong === undefined) return
  const what = onlyHttp.includes(wrong) ? 'a server over HTTP' : 'a server process'
  throw new UsageError(`--${wrong} is for ${what}, which this target is not`)
}

/** The least severity of what a server logs that is to be shown. */
function readLogLevel(text: string | undefined): LogLevel | undefined {
  const level = logLevels.find((one) => one === text)
  if (text === undefined || level !== undefined) return level
  throw new UsageError(`--log takes one of ${logLevels.join(', ')}, not ${text}`)
}

function readEra(text = 'auto'): 'auto' | 'modern' | 'legacy' {
  if (text === 'auto' || text === 'modern' || text === 'legacy') return text
  throw new UsageError(`--era takes auto, modern or legacy, not ${text}`)
}

function readHeaders(texts: readonly string[]): Record<string, string> {
  const entries = texts.map((text) => {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*?)\s*$/.exec(text) ?? []
    if (name !== undefined && value !== undefined) return [name, value] as const
    throw new UsageError(`--header takes 'Name: value', not ${JSON.stringify(text)}`)
  })
  return Object.fromEntries(entries)
}

/** What goes with a call: its end by Ctrl-C, its progress and its logs. */
export function callOptions(words: Words, { output, signal }: CommandContext): CallOptions {
  const logLevel = readLogLevel(words.text('log'))
  return {
    signal,
    onProgress: (progress) => output.progress(progress),
    ...(logLevel && {
      logLevel,
      onLog: ({ level, data }) =>
        output.log(level, typeof data === 'string' ? data : JSON.stringify(data)),
    }),
  }
}
