/** Proofs that whoever sends a token holds the key that it is bound to. See RFC 9449, section 4.3 */
import { type Store, toBase64Url } from '@lutra/core'
import type { HttpHead } from '../http/exchange.ts'
import { equal } from './api-keys.ts'
import { createNonces, type Nonces } from './dpop-nonce.ts'
import { createProofReader, type Proof } from './dpop-proof.ts'
import { createReplayGuard } from './dpop-replay.ts'
import { checkAlgorithms } from './jwt-source.ts'
import type { DPoPOptions } from './options.ts'
import { comparable, partsOf } from './resource.ts'

/** Why a proof is not taken. */
export interface Lack {
  readonly error: 'invalid_dpop_proof' | 'use_dpop_nonce'
  readonly description: string
  /** What the next proof must hold. */
  readonly nonce?: string
}

/** A token that is bound to a key. */
export interface Bound {
  readonly token: string
  readonly jkt: string
  /** The hash of the token, once a proof needed it. */
  ath?: string
}

export interface ProofCheck {
  readonly required: boolean
  readonly algorithms: readonly string[]
  /** Resolves with what is wrong with a request's proof, or with nothing. */
  check(head: HttpHead, bound: Bound): Promise<Lack | undefined>
  /** Where proofs are remembered for all instances, unless the options say where. */
  share(store: Store): void
}

/** Checks the proofs of requests to a resource. */
export function createProofCheck(
  options: DPoPOptions,
  { resource, now }: { readonly resource: string; readonly now: () => number },
): ProofCheck {
  const { required = false, algorithms = usual, maxAgeSeconds = 60 } = options
  const maxAgeMs = maxAgeSeconds * 1000
  const read = createProofReader(checkAlgorithms(algorithms, 'the algorithms of proofs'), now)
  const nonces = createNonces(options.nonce, now)
  const replay = createReplayGuard({ store: options.store, windowMs: 2 * maxAgeMs + 1000, now })

  async function check(head: HttpHead, bound: Bound): Promise<Lack | undefined> {
    const proof = await read(head.header('dpop'))
    if (typeof proof === 'string') return invalid(proof)
    if (proof.jkt !== bound.jkt) return invalid('The proof is of another key than the token')
    const wrong = judge(proof, head) ?? (await judgeToken(proof, bound))
    if (wrong !== undefined) return invalid(wrong)
    const lack = nonces && (await judgeNonce(proof, nonces))
    if (lack) return lack
    const first = await replay.isFirst(`${proof.jkt}\n${proof.jti}`)
    return first ? undefined : invalid('The proof was used before')
  }

  /** The method, the address and the time. */
  function judge({ htm, htu, iat }: Proof, head: HttpHead): string | undefined {
    if (htm !== head.method) return 'The proof is for another method'
    const target = targetOf(htu)
    if (target === undefined || !targetsOf(head, resource).includes(target)) {
      return 'The proof is for another URL'
    }
    if (!(Math.abs(now() - iat * 1000) <= maxAgeMs)) {
      return 'The proof is too old, or from the future: is the clock right?'
    }
    return undefined
  }

  return { required, algorithms, check, share: replay.share }
}

const usual = ['ES256', 'ES384', 'ES512', 'Ed25519', 'EdDSA', 'RS256', 'PS256']

function invalid(description: string): Lack {
  return { error: 'invalid_dpop_proof', description }
}

async function judgeToken({ ath }: Proof, bound: Bound): Promise<string | undefined> {
  bound.ath ??= await hash(bound.token)
  const bytes = new TextEncoder()
  return equal(bytes.encode(bound.ath), bytes.encode(ath))
    ? undefined
    : 'The proof is for another token'
}

async function judgeNonce({ nonce }: Proof, nonces: Nonces): Promise<Lack | undefined> {
  if (nonce !== undefined && (await nonces.isGood(nonce))) return undefined
  return {
    error: 'use_dpop_nonce',
    description: 'The proof must hold the nonce of this reply',
    nonce: await nonces.current(),
  }
}

/** The addresses that a proof may name: who this server is does not depend on what a request calls it. */
function targetsOf({ url }: HttpHead, resource: string): readonly (string | undefined)[] {
  const path = url.split('?', 1)[0] ?? ''
  return [targetOf(resource), targetOf(partsOf(resource).origin + path)]
}

function targetOf(url: string): string | undefined {
  return comparable(url.split(/[?#]/, 1)[0] ?? '')
}

async function hash(text: string): Promise<string> {
  return toBase64Url(
    new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))),
  )
}
