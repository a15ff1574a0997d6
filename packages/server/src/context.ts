/** What a handler gets beside its arguments. */
import {
  type Auth,
  type Call,
  type LogLevel,
  logLevels,
  type Meta,
  type OutputOf,
  type StandardSchema,
} from '@lutra/core'
import type { MaybePromise } from './definition.ts'
import { deprecate } from './deprecate.ts'
import type { Environment } from './environment.ts'

/** A call as the handler of a tool, resource or prompt sees it. */
export interface Context<V> extends Asking {
  /** What middleware added: see `kit().use()`. */
  readonly vars: V
  /** Aborts when the caller has cancelled or is gone: hand it on to whatever may take long. */
  readonly signal: AbortSignal
  /** What the caller says of itself and of this call. */
  readonly meta: Meta
  /** Who calls, where someone was authenticated. */
  readonly auth?: Auth | undefined
  /** Reads an HTTP header by its lowercase name. Absent where there are none. */
  readonly header?: ((name: string) => string | undefined) | undefined
  /** W3C Trace Context of the caller, to hand on. */
  readonly trace: Trace
  /** Tells how far the work is: `done` must grow. Sent to callers that asked for it, and not too often. */
  progress(done: number, total?: number, message?: string): void
  /** @deprecated Logging goes with SEP-2577, at the earliest on 2027-07-28: write to stderr or use OpenTelemetry. */
  readonly log: Log
}

export interface Trace {
  readonly traceparent?: string
  readonly tracestate?: string
  readonly baggage?: string
}

/** Messages for the caller, sent where it asked for their level. */
export type Log = {
  readonly [L in LogLevel]: (message: string, data?: unknown) => void
}

/** A context with its end: what is told of a call after its result was made goes nowhere. */
export interface LiveContext {
  readonly ctx: Context<object>
  end(): void
}

/** The context of one call. What is costly in it is made on first use. */
export function createContext(call: Call, asking: Asking, env: Environment): LiveContext {
  let open = true
  let log: Log | undefined
  const send = (method: string, params: Record<string, unknown>) => {
    if (open) call.notify({ method, params })
  }
  return {
    ctx: {
      vars: {},
      meta: call.meta,
      auth: call.auth,
      header: call.header,
      get signal() {
        return call.signal
      },
      get trace() {
        return traceOf(call.meta)
      },
      get log() {
        log ??= createLog(call.meta.logLevel, send, env)
        return log
      },
      progress: createProgress(call.meta.progressToken, send, env),
      ...asking,
    },
    end() {
      open = false
    },
  }
}

type Send = (method: string, params: Record<string, unknown>) => void

function createProgress(
  progressToken: string | number | undefined,
  send: Send,
  { limits }: Environment,
): Context<object>['progress'] {
  if (progressToken === undefined) return () => {}
  let reached = Number.NEGATIVE_INFINITY
  const mayPass = createLimiter(limits.notificationsPerSecond)
  return (done, total, message) => {
    if (!(done > reached) || !Number.isFinite(done)) return
    const isLast = total !== undefined && done >= total
    if (!mayPass() && !isLast) return
    reached = done
    send('notifications/progress', {
      progressToken,
      progress: done,
      ...(total !== undefined && { total }),
      ...(message !== undefined && { message }),
    })
  }
}

function createLog(wanted: LogLevel | undefined, send: Send, env: Environment): Log {
  deprecate('ctx.log', 'write to stderr or use OpenTelemetry', env.logger)
  const least = wanted && env.logging ? logLevels.indexOf(wanted) : logLevels.length
  const mayPass = createLimiter(env.limits.notificationsPerSecond)
  const entries = logLevels.map((level, rank) => {
    const write = (message: string, data?: unknown) => {
      if (rank < least || !mayPass()) return
      const told = data === undefined ? message : { message, data }
      send('notifications/message', { level, data: told })
    }
    return [level, write] as const
  })
  return Object.fromEntries(entries) as Log
}

/** Lets so many through in each second. */
function createLimiter(perSecond: number): () => boolean {
  let begun = 0
  let passed = 0
  return () => {
    const now = Date.now()
    if (now - begun >= 1000) {
      begun = now
      passed = 0
    }
    return ++passed <= perSecond
  }
}

function traceOf({ traceparent, tracestate, baggage }: Meta): Trace {
  return {
    ...(traceparent !== undefined && { traceparent }),
    ...(tracestate !== undefined && { tracestate }),
    ...(baggage !== undefined && { baggage }),
  }
}

export interface Asking {
  ask<S extends StandardSchema>(
    key: string,
    message: string,
    schema: S,
  ): Promise<
    | { readonly action: 'accept'; readonly content: OutputOf<S> }
    | { readonly action: 'decline' | 'cancel' | 'unsupported' }
  >
  step<T>(key: string, run: () => MaybePromise<T>): Promise<T>
}
