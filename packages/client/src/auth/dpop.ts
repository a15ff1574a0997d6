/** Tokens that only the holder of a key can use. See RFC 9449 and the extension draft SEP-1932. */
import {
  allowInsecureRequests,
  customFetch,
  type DPoPHandle,
  DPoP as dpopHandle,
  modifyAssertion,
  protectedResourceRequest,
} from 'oauth4webapi'
import type { Arrival } from '../http/authorizer.ts'
import { AuthError } from './auth-error.ts'
import { assertHeaderToken } from './header-token.ts'

/** Proves, request by request, that the key is held which the tokens are bound to. */
export interface DPoP {
  /** For the requests to the token endpoint; keeps the nonces of authorization servers itself. */
  readonly handle: DPoPHandle
  /** The headers of one request to the server: a proof is made for this request alone. */
  headers(
    request: { readonly method: string; readonly url: URL },
    accessToken: string,
  ): Promise<{ readonly authorization: string; readonly dpop: string }>
  /**
   * Remembers the nonce and the clock of a server's response. Whether the request should be sent again with a new proof, because
   * the old one lacked the nonce or was made by another clock; the caller bounds how often it is.
   */
  nonceFrom(arrival: Arrival, url: URL): boolean
}

/** Makes proofs with a key pair. */
export function createDPoP(key: CryptoKeyPair): DPoP {
  const origins = new Map<string, Origin>()
  const handle = dpopHandle({}, key, {
    [modifyAssertion]: (_header, payload) => {
      // A proof with `ath` is for the server. Its nonces are its own, even where it shares its origin with the token endpoint.
      if (payload['ath'] === undefined) return
      const origin = origins.get(new URL(String(payload['htu'])).origin)
      payload['nonce'] = origin?.nonce
      payload['iat'] = Number(payload['iat']) + (origin?.skew ?? 0)
    },
  })
  return {
    handle,
    headers: (request, accessToken) => proof(handle, request, accessToken),
    nonceFrom: (arrival, url) => learn(origins, arrival, url),
  }
}

interface Origin {
  readonly nonce: string | undefined
  /** How many seconds the server's clock is ahead of ours. */
  readonly skew: number
}

const maxOrigins = 100
const nonceForm = /^[\x21\x23-\x5b\x5d-\x7e]{1,1024}$/

function learn(origins: Map<string, Origin>, arrival: Arrival, url: URL): boolean {
  const known = origins.get(url.origin) ?? { nonce: undefined, skew: 0 }
  const nonce = arrival.header('dpop-nonce')
  const fresh = nonce !== undefined && nonceForm.test(nonce)
  const complaint = arrival.status === 401 ? complaintOf(arrival) : undefined
  const skew = complaint === 'invalid_dpop_proof' ? skewOf(arrival) : known.skew
  const changed = Math.abs(skew - known.skew) > 5
  if (fresh || changed) {
    origins.delete(url.origin)
    const oldest = origins.size >= maxOrigins ? origins.keys().next().value : undefined
    if (oldest !== undefined) origins.delete(oldest)
    origins.set(url.origin, {
      nonce: fresh ? nonce : known.nonce,
      skew: changed ? skew : known.skew,
    })
  }
  return complaint === 'use_dpop_nonce' ? fresh : changed
}

function complaintOf(arrival: Arrival): string | undefined {
  const challenge = arrival.header('www-authenticate') ?? ''
  return /\berror="?(use_dpop_nonce|invalid_dpop_proof)\b/i.exec(challenge)?.[1]?.toLowerCase()
}

// Half an hour is more than a clock is off by accident: beyond it, a server wants proofs for another day.
const maxSkew = 30 * 60

function skewOf(arrival: Arrival): number {
  const said = Date.parse(arrival.header('date') ?? '')
  const skew = Math.round((said - Date.now()) / 1000)
  return Number.isFinite(skew) && Math.abs(skew) <= maxSkew ? skew : 0
}

async function proof(
  handle: DPoPHandle,
  request: { readonly method: string; readonly url: URL },
  accessToken: string,
): Promise<{ readonly authorization: string; readonly dpop: string }> {
  assertHeaderToken(accessToken)
  const made: Readonly<Record<string, string>>[] = []
  // The library makes proofs where it sends requests: this one is taken from it before it leaves.
  await protectedResourceRequest(
    accessToken,
    request.method,
    request.url,
    new Headers(),
    undefined,
    {
      DPoP: handle,
      [allowInsecureRequests]: true,
      [customFetch]: async (_url, { headers }) => {
        made.push(headers)
        return new Response(null, { status: 204 })
      },
    },
  )
  const dpop = made[0]?.['dpop']
  if (dpop === undefined) throw new AuthError('token', 'No DPoP proof could be made')
  return { authorization: `DPoP ${accessToken}`, dpop }
}
