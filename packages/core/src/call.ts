import type { Auth } from './auth.ts'
import type { Defer, Journal } from './journal.ts'
import type { Id } from './message.ts'
import type { Meta } from './meta.ts'

/** JSON object params of a request, as they came: `_meta` included when a wire carried one. */
export type Params = Readonly<Record<string, unknown>>

/** One request travelling inward. Everything a handler may know is on it. */
export interface Call {
  /** The id of the request, with its JSON type. Set by every transport; only a long-lived call has a use for it. */
  readonly id?: Id | undefined
  readonly method: string
  readonly params: Params
  readonly meta: Meta
  /** Aborts when the caller is gone or has cancelled. Made on first use: do not read it for nothing. */
  readonly signal: AbortSignal
  /** Who calls, where someone was authenticated. */
  readonly auth?: Auth | undefined
  /** Reads an HTTP header of the request by its lowercase name. Absent on wires without headers. */
  readonly header?: ((name: string) => string | undefined) | undefined
  /** Set where the call may go on as a task: takes it over. */
  readonly defer?: Defer | undefined
  /** Set where the call runs as a task: what its earlier runs have come to. */
  readonly journal?: Journal | undefined
  /** Sends a notification about this call back out, before its result. */
  notify(notification: Notification): void
}

/** A message that expects no answer. */
export interface Notification {
  readonly method: string
  readonly params?: Params
}

/** What a call comes to. A result without `resultType` counts as complete. */
export interface Result {
  readonly resultType: string
  readonly _meta?: Readonly<Record<string, unknown>>
  readonly [key: string]: unknown
}

/** The one shape of everything that takes calls: a server, a connection, a middleware's next, a gateway. */
export type Handler = (call: Call) => Promise<Result>

/** New behaviour around a handler: caching, limits, tracing, policy. */
export type Middleware = (next: Handler) => Handler

/** Wraps `handler` so that the first middleware is outermost. */
export function compose(middleware: readonly Middleware[], handler: Handler): Handler {
  return middleware.reduceRight((next, wrap) => wrap(next), handler)
}

/** What {@link withCall} may replace on a call. */
export type CallChanges = Partial<Omit<Call, 'header'>>

/** A copy of a call with some of it replaced, which leaves an unread `signal` unmade (a spread would make it). */
export function withCall(call: Call, changes: CallChanges): Call {
  return withSignal(
    {
      id: changes.id ?? call.id,
      method: changes.method ?? call.method,
      params: changes.params ?? call.params,
      meta: changes.meta ?? call.meta,
      auth: changes.auth ?? call.auth,
      header: call.header,
      defer: changes.defer ?? call.defer,
      journal: changes.journal ?? call.journal,
      notify: changes.notify ?? ((notification) => call.notify(notification)),
    },
    () => changes.signal ?? call.signal,
    changes.signal ? undefined : (call as Call & Partial<Lazy>)[watching],
  )
}

/** Completes a call with a `signal` that is made when it is first read; `watch` is how `onAbort` does without it. */
export function withSignal(
  call: Omit<Call, 'signal'>,
  make: () => AbortSignal,
  watch?: Watch,
): Call {
  const lazy = call as Omit<Call, 'signal'> & Lazy
  lazy[slot] = make
  if (watch) lazy[watching] = watch
  return Object.defineProperty(lazy, 'signal', signal) as unknown as Call
}

/** Calls `listen` once when a call is aborted: for calls that stay open by the thousand, of which a signal each would be the heaviest part. */
export function onAbort(call: Call, listen: () => void): void {
  const { [slot]: made, [watching]: watch } = call as Call & Partial<Lazy>
  if (watch && typeof made === 'function') watch(listen)
  else if (call.signal.aborted) listen()
  else call.signal.addEventListener('abort', listen, { once: true })
}

type Watch = (listen: () => void) => void

interface Lazy {
  [slot]: AbortSignal | (() => AbortSignal)
  [watching]?: Watch
}

const slot = Symbol('lutra.signal')
const watching = Symbol('lutra.watch')

// One getter for all calls. A getter in an object literal is a function of its own in each object, for which V8 makes a
// shape that outlives it: that alone would cost more than everything else that happens to a call.
const signal = {
  enumerable: true,
  configurable: true,
  get(this: Lazy): AbortSignal {
    const made = this[slot]
    if (typeof made !== 'function') return made
    this[slot] = made()
    return this[slot] as AbortSignal
  },
}
