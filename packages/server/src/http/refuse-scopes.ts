/** The reply to a call that its token has no scopes for. See /specification/2026-07-28/basic/authorization#runtime-insufficient-scope-errors */
import type { Id, RpcError } from '@lutra/core'
import type { ScopeError } from '@lutra/core/access'
import type { Authenticator } from './authenticator.ts'
import type { PlainReply } from './exchange.ts'
import { refuse } from './reply.ts'

/** Names all scopes that the call needs, where the door knows how clients get them. */
export function refuseScopes(
  error: ScopeError,
  about: {
    readonly id: Id
    readonly challenge: Authenticator['challenge'] | undefined
    /** The same error in the words of another era. */
    readonly as?: RpcError
  },
): PlainReply {
  const { id, challenge, as = error } = about
  if (!challenge) return refuse(403, as, { id })
  const headers = { 'www-authenticate': challenge(error.scopes, error.message) }
  return refuse(403, as, { id, headers })
}
