import type { Auth, Handler, Params } from '@lutra/core'
import { type Greeting, type GreetingOptions, greet } from './greeting.ts'

/** Holds the handshake of a session that may be greeted again: a proxy does so for its next client. The last one counts. */
export interface Greeter {
  /** Greets, and tells the answer to `initialize` before anybody else hears of it. */
  greet(params: Params | undefined, about: Greet): Promise<void>
  /** What the handshake left, once one that is under way is over; undefined before there was any. */
  current(): Promise<Greeting | undefined>
  /** Begins to pass on what the handler announces. */
  start(): void
  close(): void
}

export interface Greet {
  readonly auth: Auth | undefined
  readonly tell: (result: Greeting['result']) => void
}

export function createGreeter(handler: Handler, options: Omit<GreetingOptions, 'auth'>): Greeter {
  let last: Promise<Greeting | undefined> = Promise.resolve(undefined)
  let closed = false
  return {
    async greet(params, { auth, tell }) {
      const before = last
      const next = greet(handler, params, { ...options, auth }).then((greeting) => {
        tell(greeting.result)
        return greeting
      })
      // A handshake that fails leaves the one before it.
      last = next.catch(() => before)
      await next
      ;(await before)?.close()
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
