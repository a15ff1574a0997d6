/** What the tests of authorization share: an issuer with keys and tokens, and requests as heads. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import type { Auth } from '@lutra/core'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import type { HttpHead, PlainReply } from '../http/exchange.ts'

export const resource = 'https://mcp.example.com/mcp'

/** A request as a door hands it over. */
export function headOf(
  headers: Readonly<Record<string, string>> = {},
  more: Partial<Pick<HttpHead, 'method' | 'url'>> = {},
): HttpHead {
  return { method: 'POST', url: '/mcp', header: (name) => headers[name], ...more }
}

export function bearing(token: string): HttpHead {
  return headOf({ authorization: `Bearer ${token}` })
}

export function isAuth(found: Auth | PlainReply): found is Auth {
  return 'subject' in found
}

/** Status and challenge of a refusal. */
export function refusal(found: Auth | PlainReply): { status: number; challenge: string } {
  if (isAuth(found)) return { status: 200, challenge: found.subject }
  return { status: found.status, challenge: found.headers['www-authenticate'] ?? '' }
}

export interface Signing {
  readonly alg: string
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}

export async function createSigning(kid: string, alg = 'ES256'): Promise<Signing> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg }
  return { alg, kid, privateKey: privateKey as CryptoKey, publicJwk }
}

export interface Minting {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly signing?: Signing
}

export interface FakeIssuer {
  readonly issuer: string
  readonly signing: Signing
  /** The paths that were asked for. */
  readonly asked: string[]
  /** What is at which path; change it to change the issuer. */
  readonly pages: Map<string, (body: string) => Reply>
  mint(minting?: Minting): Promise<string>
}

export interface Reply {
  readonly status?: number
  readonly body: unknown
}

/** An authorization server on loopback whose keys are behind its metadata. */
export async function startIssuer(t: TestContext): Promise<FakeIssuer> {
  const signing = await createSigning('key-1')
  const asked: string[] = []
  const pages: FakeIssuer['pages'] = new Map()
  const http = createServer((req, res) => {
    asked.push(req.url ?? '')
    const parts: Buffer[] = []
    req.on('data', (part: Buffer) => parts.push(part))
    req.on('end', () => {
      const page = pages.get(req.url ?? '')
      const { status = 200, body } = page
        ? page(Buffer.concat(parts).toString())
        : { status: 404, body: 'no' }
      res.writeHead(status, { 'content-type': 'application/json' })
      res.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  })
  const issuer = `http://127.0.0.1:${await listen(http)}`
  t.after(() => http.closeAllConnections())
  t.after(() => http.close())
  pages.set('/.well-known/oauth-authorization-server', () => ({
    body: { issuer, jwks_uri: `${issuer}/jwks` },
  }))
  pages.set('/jwks', () => ({ body: { keys: [signing.publicJwk] } }))
  return { issuer, signing, asked, pages, mint: (minting) => mint(issuer, signing, minting) }
}

function listen(http: Server): Promise<number> {
  return new Promise((resolve) => {
    http.listen(0, '127.0.0.1', () => resolve((http.address() as AddressInfo).port))
  })
}

/** A token as an issuer would make it, with some of it replaced; by undefined, left out. */
async function mint(issuer: string, usual: Signing, minting: Minting = {}): Promise<string> {
  const { claims, header, signing = usual } = minting
  const now = Math.floor(Date.now() / 1000)
  const all = {
    iss: issuer,
    aud: resource,
    sub: 'ann',
    client_id: 'app',
    exp: now + 600,
    ...claims,
  }
  const kept = Object.entries(all).filter(([, value]) => value !== undefined)
  return new SignJWT(Object.fromEntries(kept))
    .setProtectedHeader({ alg: signing.alg, kid: signing.kid, typ: 'at+jwt', ...header })
    .sign(signing.privateKey)
}
