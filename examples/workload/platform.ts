import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

/** Stands for a platform: it gives the program that runs on it a token for whatever audience it asks for. */
export async function startPlatform() {
  const issuer = 'https://platform.example.com'
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const audiences: string[] = []
  const issue = (audience: string) =>
    new SignJWT({ sub: 'repo:acme/site:ref:main', jti: crypto.randomUUID() })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey)
  const http = createServer(async (request, response) => {
    const audience = new URL(request.url ?? '', 'http://localhost').searchParams.get('audience')
    audiences.push(audience ?? '')
    response.end(JSON.stringify({ value: await issue(audience ?? '') }))
  }).listen(0, '127.0.0.1')
  await once(http, 'listening')
  return {
    issuer,
    issue,
    audiences,
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] },
    tokenUrl: `http://127.0.0.1:${(http.address() as AddressInfo).port}/token`,
    async [Symbol.asyncDispose]() {
      http.closeAllConnections()
      await once(http.close(), 'close')
    },
  }
}
