/** What a protected server says to requests that it does not let in. See /specification/2026-07-28/basic/authorization#error-handling */
import { ErrorCode, RpcError } from '@lutra/core'
import type { PlainReply } from '../http/exchange.ts'
import { refuse, refuseRequest } from '../http/reply.ts'
import { type Challenge, encodeChallenge } from './challenge.ts'
import type { Lack } from './dpop.ts'

export interface Replies {
  /** To a request without a token. */
  readonly anonymous: PlainReply
  malformed(description: string): PlainReply
  invalid(description: string, scheme: 'Bearer' | 'DPoP'): PlainReply
  unproven(lack: Lack): PlainReply
  /** To a token without the scopes that every call needs. */
  readonly lacking: PlainReply
  readonly unavailable: PlainReply
  challenge(scopes: readonly string[], description: string): string
}

export interface RepliesOptions {
  /** What every call needs. */
  readonly scopes: readonly string[]
  readonly metadataUrl: string | undefined
  readonly dpop: { readonly required: boolean; readonly algorithms: readonly string[] }
}

export function createReplies({ scopes, metadataUrl, dpop }: RepliesOptions): Replies {
  const usual = dpop.required ? 'DPoP' : 'Bearer'

  function write({ scheme = usual, ...challenge }: Challenge): string {
    const own = scheme === 'DPoP' ? { algorithms: dpop.algorithms } : {}
    return encodeChallenge({ scopes, metadataUrl, ...own, ...challenge, scheme })
  }

  function reply(status: number, challenge: Challenge, more?: Record<string, string>): PlainReply {
    const { description = 'This server needs an access token' } = challenge
    const headers = { 'www-authenticate': write(challenge), ...more }
    return refuseRequest(status, description, headers)
  }

  function challenge(needed: readonly string[], description: string): string {
    return write({ error: 'insufficient_scope', description, scopes: [...scopes, ...needed] })
  }

  const lacking = `The token lacks scopes that this server needs: ${scopes.join(' ')}`
  return {
    anonymous: reply(401, {}),
    malformed: (description) => reply(400, { error: 'invalid_request', description }),
    invalid: (description, scheme) => reply(401, { error: 'invalid_token', description, scheme }),
    unproven({ error, description, nonce }) {
      const more = nonce === undefined ? {} : { 'dpop-nonce': nonce, 'cache-control': 'no-store' }
      return reply(401, { error, description, scheme: 'DPoP' }, more)
    },
    lacking: reply(403, { error: 'insufficient_scope', description: lacking }),
    unavailable: refuse(503, cannotTell, { headers: { 'retry-after': '5' } }),
    challenge,
  }
}

const cannotTell = new RpcError(
  'This server cannot check tokens at the moment, since their issuer does not answer it: try again later',
  { code: ErrorCode.internal },
)
