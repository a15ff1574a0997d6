import type { Handler } from '@lutra/core'
import type { MaybePromise } from '../options.ts'
import type { HttpSender } from './exchange.ts'

/** A request that is about to leave, as far as authorization is concerned. */
export interface Departure {
  readonly method: string
  readonly url: URL
  /** What the request is about, where it is known: `tools/call render`. Scopes that it turned out to need are remembered by it. */
  readonly operation?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** What a response says about authorization. */
export interface Arrival {
  readonly status: number
  /** Reads a header by its lowercase name. */
  header(name: string): string | undefined
}

/** Gets the requests to one server authorized: what a way in makes for the server that it is used with. */
export interface Authorizer {
  /** The headers that authorize a request, by lowercase name: none where nothing is held yet. Refreshes what is about to expire. */
  headers(departure: Departure): MaybePromise<Readonly<Record<string, string>>>
  /**
   * Told of every response. Resolves to whether the request should be sent again, as it has the means now; `attempt` counts from 1.
   * Throws `AuthError` where getting in has failed for good.
   */
  arrived(arrival: Arrival, departure: Departure, attempt: number): MaybePromise<boolean>
}

/** What a way in may use of the connection it is made for. */
export interface AuthorizerContext {
  readonly server: URL
  /** Sends the requests to authorization servers in place of the guarded fetch. */
  readonly fetch?: typeof globalThis.fetch | undefined
  readonly warn: (message: string) => void
}

/** What gets the requests of one connection authorized, whichever era it turns out to be of. */
export interface Authorized {
  readonly authorizer: Authorizer
  /** Sends what a sender sends, with what authorizes it. */
  through(sender: HttpSender): HttpSender
  /** Has the clocks of calls stand still while somebody signs in: the time that a person takes is nobody's delay. */
  timed(handler: Handler): Handler
  /** Has one clock stand still meanwhile, until the function that it returns is called. */
  watch(clock: Clock): () => void
}

/** A clock that can be stopped, until the function that `pause` returns is called. */
export interface Clock {
  pause(): () => void
}

/** A way into a server: `browser()`, `clientCredentials()`, `token()` and so on, given as `auth` to every connect function. One of your own: `wayIn()`. */
export type WayIn = (context: AuthorizerContext) => Authorized
