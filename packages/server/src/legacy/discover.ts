import type { Auth, Handler, Meta, Result } from '@lutra/core'
import { createCancellation } from './cancellation.ts'

/** Asks a handler what it is and offers, as the handshake of a session and its own methods need it. */
export function discover(handler: Handler, meta: Meta, auth: Auth | undefined): Promise<Result> {
  const cancellation = createCancellation()
  return handler({
    method: 'server/discover',
    params: {},
    meta,
    auth,
    get signal() {
      return cancellation.signal
    },
    notify() {},
  })
}
