import type { Handler } from '@lutra/core'
import { type HttpOptions, warnBy } from '../options.ts'
import { type Clocks, createClocks } from '../words/clocks.ts'
import { localOf } from '../words/local.ts'
import type { Authorizer } from './authorizer.ts'

/** What gets the requests of one connection authorized, whichever era it turns out to be of. */
export interface Authorized {
  readonly authorizer: Authorizer
  /** Tokens go here and nowhere else. */
  readonly origin: string
  /** Stand still while somebody signs in: the time that a person takes is nobody's delay. */
  readonly clocks: Clocks
}

/** Options that may have been made ready for authorization by whoever tries several ways to one server. */
export interface AuthorizedOptions {
  readonly authorized?: Authorized | undefined
}

/** Makes a way in ready for a server; undefined where none was given. */
export function authorizedOf(
  server: URL,
  options: HttpOptions & AuthorizedOptions,
): Authorized | undefined {
  const { auth, fetch, authorized } = options
  if (authorized || !auth) return authorized
  const authorizer = auth({ server, fetch, warn: warnBy(options) })
  return { authorizer, origin: server.origin, clocks: createClocks() }
}

/** Has the clocks of calls stand still while somebody signs in. */
export function withClocks(handler: Handler, authorized: Authorized | undefined): Handler {
  if (!authorized) return handler
  const { clocks } = authorized
  return (call) => {
    const deadline = localOf(call)?.deadline
    return deadline ? handler(call).finally(clocks.watch(deadline)) : handler(call)
  }
}
