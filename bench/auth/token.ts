/** A token as an authorization server would make it, and the keys of that server: the same in every process. */
import { createECDH, createHash } from 'node:crypto'
import { importJWK, type JSONWebKeySet, type JWK, SignJWT } from 'jose'

export const resource = 'https://mcp.example.com/mcp'
export const issuer = 'https://auth.example.com'

/** A key that is made anew from its name, so that no process has to tell another. */
function createKey(name: string): JWK {
  const scalar = createHash('sha256').update(name).digest()
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(scalar)
  const point = curve.getPublicKey()
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) =>
    part.toString('base64url'),
  )
  return { kty: 'EC', crv: 'P-256', kid: name, x, y, d: scalar.toString('base64url') } as JWK
}

const key = createKey('bench')

/** The public keys of the issuer. */
export function keys(): JSONWebKeySet {
  const { d: _, ...jwk } = key
  return { keys: [{ ...jwk, alg: 'ES256', use: 'sig' }] }
}

/** An access token with the claims that such tokens usually have. */
export async function mint(): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({
    scope: 'openid profile mcp:read mcp:write',
    client_id: 'https://app.example.com/oauth/client.json',
    jti: 'a2f1c7de-5b7e-4a53-9d3e-1f0c8c7a9b10',
  })
    .setProtectedHeader({ alg: 'ES256', kid: 'bench', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(resource)
    .setSubject('auth|5f7c8ec7c33c6c004bbafe82')
    .setIssuedAt(now)
    .setExpirationTime(now + 24 * 60 * 60)
    .sign(await importJWK(key, 'ES256'))
}
