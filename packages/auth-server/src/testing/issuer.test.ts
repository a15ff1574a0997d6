/** Somebody who signs assertions: an enterprise's identity provider, or a platform that runs programs. */
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

export interface Issuer {
  readonly issuer: string
  readonly jwks: { readonly keys: readonly object[] }
  /** A JWT of these claims; a claim that is undefined is left out. */
  sign(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>
}

export async function createIssuer(issuer: string): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid: issuer, alg: 'ES256' }
  return {
    issuer,
    jwks: { keys: [jwk] },
    sign: (claims, header = {}) =>
      new SignJWT({ iss: issuer, ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: issuer, ...header })
        .sign(privateKey),
  }
}
