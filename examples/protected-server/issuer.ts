/** An authorization server as small as it can be, so that this example needs no other. It asks nobody, and signs what it is told to. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

export interface Issuer {
  readonly url: string
  /** A token that is signed. */
  sign(claims: JWTPayload): Promise<string>
  /** A token that means something to nobody else: it has to be asked about. */
  register(claims: JWTPayload): string
  close(): void
}

export async function startIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' }]
  const registered = new Map<string, JWTPayload>()

  const http = createServer(async (req, res) => {
    const answers = new Map<string, () => unknown>([
      ['/.well-known/oauth-authorization-server', () => metadataOf(url)],
      ['/jwks', () => ({ keys })],
      [
        '/introspect',
        async () => {
          const claims = registered.get(new URLSearchParams(await text(req)).get('token') ?? '')
          return claims ? { active: true, ...claims } : { active: false }
        },
      ],
    ])
    const answer = answers.get(req.url ?? '')
    res.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' })
    res.end(JSON.stringify((await answer?.()) ?? {}))
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const usual = () => ({ iss: url, exp: Math.floor(Date.now() / 1000) + 600 })

  return {
    url,
    sign: (claims) =>
      new SignJWT({ ...usual(), ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'key-1', typ: 'at+jwt' })
        .sign(privateKey),
    register(claims) {
      const token = crypto.randomUUID()
      registered.set(token, { ...usual(), ...claims })
      return token
    },
    close: () => void http.close(),
  }
}

function metadataOf(url: string) {
  return {
    issuer: url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    jwks_uri: `${url}/jwks`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
  }
}
