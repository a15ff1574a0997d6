/** Who sends a request, found out before its body is read. See /specification/2026-07-28/basic/authorization#access-token-usage */
import { type Auth, type OnError, toRpcError } from '@lutra/core'
import type { Authenticator } from './authenticator.ts'
import type { Cors } from './cors.ts'
import type { HttpHead, PlainReply } from './exchange.ts'
import { refuse } from './reply.ts'

/** Who calls, or the reply that refuses the request. At once where that is known already. */
export type Identify = (head: HttpHead) => Identified | Promise<Identified>

export type Identified = Auth | PlainReply

/** Whether a request goes no further. */
export function isRefused(identified: Identified): identified is PlainReply {
  return !('subject' in identified)
}

interface Around {
  readonly cors: Cors | undefined
  readonly onError: OnError | undefined
}

/** Asks an authenticator, whose refusals pages of other origins may read like every reply. */
export function createIdentify(auth: Authenticator, { cors, onError }: Around): Identify {
  function settle(identified: Identified, head: HttpHead): Identified {
    return cors && isRefused(identified) ? cors.expose(identified, head) : identified
  }

  // A mistake within the authenticator lets nobody in.
  function fail(reason: unknown, head: HttpHead): Identified {
    return settle(refuse(500, toRpcError(reason, 'authorization', onError)), head)
  }

  return (head) => {
    try {
      const identified = auth.authenticate(head)
      if (!(identified instanceof Promise)) return settle(identified, head)
      return identified.then(
        (later) => settle(later, head),
        (reason: unknown) => fail(reason, head),
      )
    } catch (reason) {
      return fail(reason, head)
    }
  }
}
