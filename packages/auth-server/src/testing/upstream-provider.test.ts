/** An OpenID provider that signs one person in without asking, and can be told to lie. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

export interface Lies {
  nonce?: string
  audience?: string
  issuer?: string
  error?: string
  unsigned?: boolean
}

export interface UpstreamProvider {
  readonly issuer: string
  readonly lies: Lies
  /** The authorization requests that came. */
  readonly asked: URL[]
  /** The token requests that came. */
  readonly exchanged: URLSearchParams[]
  close(): Promise<void>
}

export async function startUpstream(): Promise<UpstreamProvider> {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const other = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'up', alg: 'RS256' }
  const lies: Lies = {}
  const asked: URL[] = []
  const exchanged: URLSearchParams[] = []
  let issuer = ''

  const routes: Record<string, (url: URL, body: URLSearchParams) => Promise<Response> | Response> =
    {
      '/.well-known/openid-configuration': () =>
        Response.json({
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
        }),
      '/jwks': () => Response.json({ keys: [jwk] }),
      '/authorize': (url) => {
        asked.push(url)
        const back = new URL(url.searchParams.get('redirect_uri') ?? '')
        back.searchParams.set('state', url.searchParams.get('state') ?? '')
        if (lies.error) back.searchParams.set('error', lies.error)
        else back.searchParams.set('code', url.searchParams.get('nonce') ?? '')
        return new Response(null, { status: 302, headers: { location: back.href } })
      },
      '/token': async (_, body) => {
        exchanged.push(body)
        const token = await new SignJWT({
          nonce: lies.nonce ?? body.get('code') ?? '',
          name: 'Ada',
        })
          .setProtectedHeader({ alg: 'RS256', kid: 'up' })
          .setIssuer(lies.issuer ?? issuer)
          .setAudience(lies.audience ?? 'lutra')
          .setSubject('u-1')
          .setIssuedAt()
          .setExpirationTime('5m')
          .sign(lies.unsigned ? other.privateKey : privateKey)
        return Response.json({ access_token: 'at', token_type: 'bearer', id_token: token })
      },
    }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', issuer)
    let text = ''
    for await (const chunk of request) text += chunk
    const answer = await (routes[url.pathname]?.(url, new URLSearchParams(text)) ??
      new Response(null, { status: 404 }))
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.end(await answer.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    issuer,
    lies,
    asked,
    exchanged,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
