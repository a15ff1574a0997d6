/** Reads the proof of a request: who signed it, and what it says. See RFC 9449, section 4.2 */
import {
  calculateJwkThumbprint,
  decodeProtectedHeader,
  errors,
  importJWK,
  type JWK,
  jwtVerify,
} from 'jose'
import { createRecentMap } from '../http/recent-map.ts'

export interface Proof {
  /** The thumbprint of the key that has signed it. */
  readonly jkt: string
  readonly jti: string
  readonly htm: string
  readonly htu: string
  readonly iat: number
  readonly ath: string
  readonly nonce: string | undefined
}

interface Signer {
  readonly jkt: string
  readonly key: Awaited<ReturnType<typeof importJWK>>
}

/** Makes what reads a proof, or says what is wrong with it. */
export function createProofReader(
  algorithms: string[],
  now: () => number,
): (header: string | undefined) => Promise<Proof | string> {
  // Clients sign with one key for long, and the first part of all their proofs is the same.
  const signers = createRecentMap<Signer>(1000)

  async function signerOf(head: string, proof: string): Promise<Signer | string> {
    const known = signers.get(head)
    if (known) return known
    const { typ, alg, jwk } = decodeProtectedHeader(proof)
    if (typ?.toLowerCase() !== 'dpop+jwt') return 'The proof is not of the type dpop+jwt'
    if (alg === undefined || !algorithms.includes(alg)) {
      return 'The proof is signed by an algorithm that is not taken here'
    }
    if (!isPublic(jwk)) return 'The proof must hold the public key, and only that'
    return { jkt: await calculateJwkThumbprint(jwk), key: await importJWK(jwk, alg) }
  }

  return async (header) => {
    if (header === undefined) return 'The token needs a proof in the DPoP header'
    const [head = ''] = header.split('.', 1)
    if (header.length > maxLength || !proofForm.test(header)) {
      return 'Expected one proof in the DPoP header'
    }
    try {
      const signer = await signerOf(head, header)
      if (typeof signer === 'string') return signer
      const options = { algorithms, currentDate: new Date(now()) }
      const { payload } = await jwtVerify(header, signer.key, options)
      signers.set(head, signer)
      return readProof(payload, signer.jkt)
    } catch (reason) {
      // What a key of someone else's making does to a library is nothing that this server has done wrong.
      if (reason instanceof errors.JOSEError || reason instanceof TypeError || isDomError(reason)) {
        return 'The proof is not validly signed'
      }
      throw reason
    }
  }
}

const maxLength = 8192
const proofForm = /^[\w-]+\.[\w-]+\.[\w-]+$/

function isPublic(jwk: unknown): jwk is JWK {
  if (typeof jwk !== 'object' || jwk === null || 'd' in jwk || 'k' in jwk) return false
  return 'kty' in jwk && jwk.kty !== 'oct'
}

function isDomError(reason: unknown): boolean {
  return typeof DOMException === 'function' && reason instanceof DOMException
}

function readProof(payload: Readonly<Record<string, unknown>>, jkt: string): Proof | string {
  const { jti, htm, htu, iat, ath, nonce } = payload
  if (typeof jti !== 'string' || jti === '' || jti.length > 256) return 'The proof lacks a good jti'
  if (typeof htm !== 'string' || typeof htu !== 'string') return 'The proof lacks htm or htu'
  if (typeof iat !== 'number' || typeof ath !== 'string') return 'The proof lacks iat or ath'
  return { jkt, jti, htm, htu, iat, ath, nonce: typeof nonce === 'string' ? nonce : undefined }
}
