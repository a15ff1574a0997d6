/** From a token to who calls, or to the reply that refuses it. */
import type { Auth } from '@lutra/core'
import type { HttpHead, PlainReply } from '../http/exchange.ts'
import type { Credentials } from './credentials.ts'
import type { ProofCheck } from './dpop.ts'
import { readUnverified } from './jwt-source.ts'
import type { BearerOptions } from './options.ts'
import type { Checked } from './read-claims.ts'
import { InvalidToken, Unavailable } from './refusal.ts'
import type { Replies } from './replies.ts'
import { createWidening } from './scope-list.ts'
import type { Source } from './source.ts'
import type { Entry, TokenCache } from './token-cache.ts'

type Sent = Extract<Credentials, { readonly token: string }>

export interface Admission {
  /** Who calls with these credentials, which stand in `header`. */
  check(head: HttpHead, header: string, sent: Sent): Promise<Auth | PlainReply>
  refuseMalformed(description: string): PlainReply
}

export interface AdmissionParts {
  readonly options: BearerOptions
  readonly source: Source
  readonly cache: TokenCache
  readonly proofs: ProofCheck
  readonly replies: Replies
  readonly now: () => number
}

export function createAdmission(parts: AdmissionParts): Admission {
  const { options, cache, proofs, replies, now } = parts
  const { onRefused, onError } = options
  const verify = createVerification(parts)
  const underWay = new Map<string, Promise<Entry>>()

  function refuse(reply: PlainReply, description: string, detail?: string): PlainReply {
    onRefused?.({ status: reply.status, description, detail })
    return reply
  }

  /** Many requests with the same new token may come at once: it is checked for all of them together. */
  function entryOf(head: HttpHead, header: string, sent: Sent): Entry | Promise<Entry> {
    const known = cache.get(header)
    if (known && known.until > now()) return known
    const running = underWay.get(header)
    if (running !== undefined) return running
    const mark = cache.mark()
    const begun = verify(head, header, sent).finally(() => underWay.delete(header))
    // What is not kept is not shared either: it may depend on more than the token.
    if (options.cache?.seconds !== 0) underWay.set(header, begun)
    begun.then(
      (entry) => {
        if (entry.until > now()) cache.keep(entry, mark)
      },
      () => {},
    )
    return begun
  }

  async function admit(head: HttpHead, entry: Entry): Promise<Auth | PlainReply> {
    const lack = entry.bound && (await proofs.check(head, entry.bound))
    if (lack) return refuse(replies.unproven(lack), lack.description)
    if (!entry.lacks) return entry.auth
    const detail = `${entry.auth.subject} has: ${entry.auth.scopes.join(' ')}`
    return refuse(replies.lacking, 'The token lacks scopes that this server needs', detail)
  }

  return {
    async check(head, header, sent) {
      try {
        return await admit(head, await entryOf(head, header, sent))
      } catch (reason) {
        if (reason instanceof InvalidToken) {
          const { message, detail } = reason
          return refuse(replies.invalid(message, sent.scheme), message, detail)
        }
        if (!(reason instanceof Unavailable)) throw reason
        onError?.(reason)
        return replies.unavailable
      }
    },
    refuseMalformed: (description) => refuse(replies.malformed(description), description),
  }
}

function createVerification({ options, source, proofs, now }: AdmissionParts) {
  const { scopes = [], revoked } = options
  const widen = createWidening(options.implies)
  const keepMs = (options.cache?.seconds ?? 60) * 1000

  return async (head: HttpHead, header: string, sent: Sent): Promise<Entry> => {
    const { token } = sent
    const began = now()
    const checked = await source(token, head)
    if (!checked) throw stranger(token)
    checkScheme(checked, sent, proofs.required)
    const auth = Object.freeze({
      ...checked.auth,
      scopes: Object.freeze(widen(checked.auth.scopes)),
    })
    if (await isRevoked(auth, revoked)) throw new InvalidToken('The token was revoked')
    const { jkt, expires } = checked
    return {
      header,
      token,
      auth,
      until: Math.min(expires, began + keepMs),
      bound: jkt === undefined ? undefined : { token, jkt },
      lacks: scopes.some((scope) => !auth.scopes.includes(scope)),
    }
  }
}

/** A bound token is worth nothing without its proof; that it came as a bearer's says that somebody else may have it. */
function checkScheme({ jkt }: Checked, { scheme }: Sent, required: boolean): void {
  if (jkt !== undefined && scheme === 'Bearer') {
    throw new InvalidToken('The token is bound to a key: send it with the scheme DPoP and a proof')
  }
  if (jkt === undefined && (required || scheme === 'DPoP')) {
    throw new InvalidToken(
      required
        ? 'The token is not bound to a key, as this server needs it to be'
        : 'The token is not bound to a key: send it with the scheme Bearer',
    )
  }
}

async function isRevoked(auth: Auth, revoked: BearerOptions['revoked']): Promise<boolean> {
  if (!revoked) return false
  try {
    return await revoked(auth)
  } catch (cause) {
    throw new Unavailable('The function that knows what was revoked has failed', { cause })
  }
}

function stranger(token: string): InvalidToken {
  const claims = readUnverified(token)
  const detail = claims
    ? `iss is ${(JSON.stringify(claims.iss) ?? 'absent').slice(0, 200)}`
    : 'it is no JWT'
  return new InvalidToken('The token is of no issuer that this server trusts', { detail })
}
