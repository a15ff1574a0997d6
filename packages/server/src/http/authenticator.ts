import type { Auth } from '@lutra/core'
import type { Shared } from '../server-types.ts'
import type { HttpHead, PlainReply } from './exchange.ts'

/** Finds out who sends a request before its body is read: what `bearer()` makes and the HTTP doors take as `auth`. */
export interface Authenticator {
  /** Who calls, or the reply that refuses the request. At once where that is known already. */
  authenticate(head: HttpHead): Auth | PlainReply | Promise<Auth | PlainReply>
  /** The reply to a request that anybody may make, at whatever path: the metadata that says how to get in. */
  open(head: HttpHead): PlainReply | undefined
  /** The `WWW-Authenticate` of a 403 for a call that needs all of these scopes. */
  challenge(scopes: readonly string[], description: string): string
  /** Told by the doors what the instances of their server share: what one instance learns, all know then. */
  share?(shared: Shared): void
}
