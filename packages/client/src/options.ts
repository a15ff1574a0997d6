import type {
  ClientCapabilities,
  Discovered,
  Extension,
  Implementation,
  LogLevel,
  Middleware,
} from '@lutra/core'
import type { WayIn } from './http/authorizer.ts'
import type { Answers } from './middleware/answers.ts'
import type { CacheOptions } from './middleware/cache.ts'
import type { FillForm } from './middleware/fill-form.ts'
import type { RunSample } from './middleware/run-sample.ts'
import type { CompileSchema } from './middleware/validate-output.ts'

/** Who a client is and what it can do: told to the server on every call. */
export interface IdentityOptions {
  /** What this client calls itself. */
  readonly info?: Implementation
  /** Answers a server's questions. Each handler given here declares its capability. */
  readonly answer?: Answers
  /** Additions to the protocol to switch on. */
  readonly extensions?: readonly Extension[]
  /** Capabilities beyond those that `answer` and `extensions` declare. */
  readonly capabilities?: ClientCapabilities
  /** Told of what is odd but survivable, a bounded number of times a minute. Default: `process.emitWarning`, or the console. */
  readonly onWarning?: (message: string) => void
}

/** What every connect function takes. */
export interface ConnectOptions extends IdentityOptions {
  /** Gives up connecting; it has no effect afterwards. */
  readonly signal?: AbortSignal
  /** Milliseconds that each step of connecting may take. Default: 60,000. */
  readonly timeoutMs?: number
  /** What is known of the server from an earlier connection: saves the round trip of asking again. */
  readonly prior?: { readonly protocolVersion: string; readonly discovered: Discovered }
}

/** How calls travel over Streamable HTTP. */
export interface HttpOptions extends ConnectOptions {
  /** Sends requests in place of the runtime's own means. */
  readonly fetch?: typeof globalThis.fetch
  /** Headers to go with every request, or a function that makes them for each. */
  readonly headers?: Readonly<Record<string, string>> | (() => MaybePromise<Record<string, string>>)
  /** How to get in where the server asks who is there: `browser()`, `clientCredentials()`, `token()` and others of `@lutra/client/auth`. */
  readonly auth?: WayIn
  /** A bearer token for every request, or a function that fetches it for each: the simple form of `auth`. */
  readonly token?: string | (() => MaybePromise<string | undefined>)
  /** Bytes that one response or one event of a stream may have. Default: 64 MiB. */
  readonly maxResponseBytes?: number
}

/** What the words of a client take. */
export interface ClientOptions extends IdentityOptions {
  /** Milliseconds a call may take without news of its progress. 0: no limit. Default: 60,000. */
  readonly timeoutMs?: number
  /** Milliseconds a call may take in all, however much progress it reports. 0: no limit. Default: one hour. */
  readonly maxTimeoutMs?: number
  /** Keeps results that a server marks as reusable; `false` keeps none. */
  readonly cache?: CacheOptions | false
  /** Extra behaviour around every call, the first one outermost. */
  readonly middleware?: readonly Middleware[]
  /** How often a lost call that is safe to repeat is sent again. Default: 2. */
  readonly retries?: number
  /** Rounds of questions that one call may take. Default: 10. */
  readonly maxRounds?: number
  /** Pages that a list may have. Default: 1,000. */
  readonly maxPages?: number
  /** Compiles output schemas, so that structured results are checked; `false` checks none. */
  readonly compile?: CompileSchema | false
  /** Has forms filled in and checks the answers: `fillForm`. Needed with `answer.elicit`; `createClient` of the main entry has it. */
  readonly forms?: FillForm
  /**
   * Has messages written and checks them: `runSample`. Needed with `answer.sample`; `createClient` of the main entry has it.
   * @deprecated Sampling goes with SEP-2577.
   */
  readonly samples?: RunSample
  /** @deprecated Logging goes with SEP-2577. Least severity that servers should log at, on every call. */
  readonly logLevel?: LogLevel
  /** @deprecated Logging goes with SEP-2577. Takes what servers log about calls. */
  readonly onLog?: (entry: LogEntry) => void
}

/** What a client without output checks takes. */
export type PlainClientOptions = Omit<ClientOptions, 'compile'>

/** What one call may have different. */
export interface CallOptions {
  /** Cancels the call. */
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
  readonly maxTimeoutMs?: number
  readonly onProgress?: (progress: Progress) => void
  /** Further `_meta` entries of the request; trace context among them. */
  readonly meta?: Readonly<Record<string, unknown>>
  /** HTTP headers for this call alone; other wires ignore them. */
  readonly headers?: Readonly<Record<string, string>>
  /** `refresh` asks the server anew and keeps the result, `bypass` leaves the cache out. Default: `use`. */
  readonly cache?: 'use' | 'refresh' | 'bypass'
  /** @deprecated Logging goes with SEP-2577. */
  readonly logLevel?: LogLevel
  /** @deprecated Logging goes with SEP-2577. */
  readonly onLog?: (entry: LogEntry) => void
}

/** How far a call has come. */
export interface Progress {
  readonly progress: number
  readonly total?: number
  readonly message?: string
}

/** Something that a server logged about a call. */
export interface LogEntry {
  readonly level: LogLevel
  readonly logger?: string
  readonly data: unknown
}

export type MaybePromise<T> = T | Promise<T>

/** How to warn: as the user wants it, else by the runtime. So often and no more, for what servers do must not fill a log. */
export function warnBy(options: Pick<IdentityOptions, 'onWarning'>): (message: string) => void {
  const warn = options.onWarning ?? emitWarning
  let since = 0
  let told = 0
  return (message) => {
    const now = Date.now()
    if (now - since > 60_000) {
      since = now
      told = 0
    }
    told += 1
    if (told <= maxTold) warn(message)
    if (told === maxTold) warn('More warnings within this minute are left out')
  }
}

const maxTold = 20

function emitWarning(message: string): void {
  const { process } = globalThis as {
    process?: { emitWarning?: (message: string, type: string) => void }
  }
  if (process?.emitWarning) process.emitWarning(message, 'LutraWarning')
  // biome-ignore lint/suspicious/noConsole: the one place to say it where there is no process.
  else console.warn(message)
}
