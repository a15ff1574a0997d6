/** Tokens that were got elsewhere. See RFC 6750 section 2.1 and RFC 9449 section 7. */
import type { Arrival, Authorizer, Departure, WayIn } from '../http/authorizer.ts'
import type { MaybePromise } from '../options.ts'
import { AuthError } from './auth-error.ts'
import { createDPoP, type DPoP } from './dpop.ts'
import { importKeyPair } from './dpop-key.ts'
import { assertHeaderToken } from './header-token.ts'
import type { PrivateJwk } from './key.ts'
import { wayIn } from './way-in.ts'

export interface TokenOptions {
  /** The key that the token is bound to (RFC 9449): every request then carries a proof that it is held. */
  readonly dpop?: CryptoKeyPair | PrivateJwk
}

/** What a token is needed for. */
export interface TokenNeed {
  readonly server: URL
  /** Whether the server refused the one that was given before. */
  readonly refused: boolean
  readonly signal: AbortSignal
}

/**
 * Gets in with a token that you have, or that a function fetches: once, and once more for each request whose token the server
 * refuses.
 */
export function token(
  source: string | ((need: TokenNeed) => MaybePromise<string>),
  options: TokenOptions = {},
): WayIn {
  if (typeof source !== 'function') assertHeaderToken(source)
  return wayIn(({ server }) => authorizerOf({ source, server, dpop: dpopOf(options.dpop) }))
}

interface Source {
  readonly source: string | ((need: TokenNeed) => MaybePromise<string>)
  readonly server: URL
  readonly dpop: () => Promise<DPoP> | undefined
}

function authorizerOf({ source, server, dpop }: Source): Authorizer {
  let held: Promise<string> | undefined
  const ask = (refused: boolean, signal = new AbortController().signal): Promise<string> => {
    const asked = fetchToken(source, { server, refused, signal })
    held = asked
    asked.catch(() => {
      if (held === asked) held = undefined
    })
    return asked
  }
  return {
    headers: async ({ method, url, signal }) => {
      const accessToken = await (held ?? ask(false, signal))
      const proofs = await dpop()
      if (proofs) return { ...(await proofs.headers({ method, url }, accessToken)) }
      return { authorization: `Bearer ${accessToken}` }
    },
    arrived: async (arrival, departure, attempt) => {
      const proofs = await dpop()
      // A nonce may be asked for with the first token and with the one that follows it.
      const most = proofs ? 2 : 1
      if (proofs?.nonceFrom(arrival, departure.url) && attempt <= most) return true
      if (arrival.status === 403) throwIfShort(arrival, server)
      if (arrival.status !== 401) return false
      if (typeof source !== 'function' || attempt > most) throw refusal(server, departure)
      const before = await held?.catch(() => undefined)
      if ((await ask(true, departure.signal)) !== before) return true
      throw refusal(server, departure)
    },
  }
}

async function fetchToken(source: Source['source'], need: TokenNeed): Promise<string> {
  const fetched = typeof source === 'function' ? await source(need) : source
  assertHeaderToken(fetched)
  return fetched
}

function refusal(server: URL, { operation }: Departure): AuthError {
  const what = operation ? ` for ${operation}` : ''
  const message = `${server.origin}${server.pathname} refused the token${what}`
  return new AuthError('token', `${message}: it has expired, or is not for this server`)
}

function throwIfShort(arrival: Arrival, server: URL): void {
  const challenge = arrival.header('www-authenticate') ?? ''
  if (!/\berror="?insufficient_scope\b/i.test(challenge)) return
  const scopes = /\bscope="([\x20-\x7e]{1,500}?)"/i.exec(challenge)?.[1]
  const needed = scopes ? `: it needs ${scopes}` : ''
  const message = `The token lacks a scope at ${server.origin}${server.pathname}${needed}`
  throw new AuthError('scope', message)
}

function dpopOf(key: TokenOptions['dpop']): () => Promise<DPoP> | undefined {
  if (!key) return () => undefined
  const isPair = (one: typeof key): one is CryptoKeyPair => 'privateKey' in one
  let made: Promise<DPoP> | undefined
  return () => {
    made ??= (isPair(key) ? Promise.resolve(key) : importKeyPair(key)).then(createDPoP)
    return made
  }
}
