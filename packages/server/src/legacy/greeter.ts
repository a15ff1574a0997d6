import type { Auth, Handler, Params } from '@lutra/core'
import { type Greeting, type GreetingOptions, greet } from './greeting.ts'

/** Holds the handshake of a session that may be greeted again: a proxy does so for its next client. The last one counts. */
export interface Greeter {
  /** The answer to `initialize`. */
  greet(params: Params | undefined, auth: Auth | undefined): Promise<Greeting['result']>
  /** What the handshake left, once one that is under way is over; undefined before there was any. */
  current(): Promise<Greeting | undefined>
  /** Begins to pass on what the handler announces. */
  start(): void
  close(): void
}

export function createGreeter(handler: Handler, options: Omit<GreetingOptions, 'auth'>): Greeter {
  let last: Promise<Greeting | undefined> = Promise.resolve(undefined)
  let closed = false
  return {
    async greet(params, auth) {
      const before = last
      const next = greet(handler, params, { ...options, auth })
      // A handshake that fails leaves the one before it.
      last = next.catch(() => before)
      const { result } = await next
      ;(await before)?.close()
      return result
    },
    current: () => last,
    start() {
      void last.then((greeting) => {
        if (!closed) greeting?.start()
      })
    },
    close() {
      closed = true
      void last.then((greeting) => greeting?.close())
    },
  }
}
