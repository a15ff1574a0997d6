/** What a handler gets beside its arguments. */
import type { Auth, Meta, OutputOf, StandardSchema } from '@lutra/core'
import type { MaybePromise } from './definition.ts'

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
  readonly [L in LogMethod]: (message: string, data?: unknown) => void
}

export type LogMethod =
  | 'debug'
  | 'info'
  | 'notice'
  | 'warning'
  | 'error'
  | 'critical'
  | 'alert'
  | 'emergency'

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
