/** Tokens and proofs made by hand, and requests that carry them. */
import { createHash, randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import type { Oidc } from './oidc.ts'

/** An access token as the authorization server itself would sign it, but for what `changes` says. */
export function mint(
  { issuer, key }: Pick<Oidc, 'issuer' | 'key'>,
  resource: string,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: issuer,
    aud: resource,
    sub: 'ada',
    client_id: 'a-client',
    scope: 'notes:read',
  }
  return new SignJWT({ ...claims, iat: now, exp: now + 60, jti: randomUUID(), ...changes })
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'one' })
    .sign(key.private)
}

/** A key that tokens are bound to, and proofs of having it. */
export async function createHolder() {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk: JWK = await exportJWK(publicKey)
  const thumbprint = await calculateJwkThumbprint(jwk)
  const prove = (url: string, token: string, changes: Readonly<Record<string, unknown>> = {}) => {
    const ath = createHash('sha256').update(token).digest('base64url')
    const iat = Math.floor(Date.now() / 1000)
    return new SignJWT({ htm: 'POST', htu: url, ath, iat, jti: randomUUID(), ...changes })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
      .sign(privateKey)
  }
  return { thumbprint, prove }
}

export const base64url = (value: unknown) =>
  Buffer.from(JSON.stringify(value)).toString('base64url')

export interface Told {
  readonly status: number
  readonly challenge: string
  readonly body: string
}

/** Calls the tool that says who calls, in either era, with nothing but these headers. */
export async function callWhoami(
  url: string,
  headers: Readonly<Record<string, string>>,
  era: Era = 'modern',
): Promise<Told> {
  const common = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  }
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...common, ...requests[era].headers, ...headers },
    body: JSON.stringify(requests[era].body),
  })
  const challenge = response.headers.get('www-authenticate') ?? ''
  return { status: response.status, challenge, body: await response.text() }
}

export type Era = 'modern' | 'legacy'
export const eras: readonly Era[] = ['modern', 'legacy']

const version = '2026-07-28'
const clientInfo = { name: 'by-hand', version: '1' }
const requests = {
  modern: {
    headers: { 'mcp-protocol-version': version, 'mcp-method': 'tools/call', 'mcp-name': 'whoami' },
    body: {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        name: 'whoami',
        arguments: {},
        _meta: {
          'io.modelcontextprotocol/protocolVersion': version,
          'io.modelcontextprotocol/clientInfo': clientInfo,
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    },
  },
  legacy: {
    headers: { 'mcp-protocol-version': '2025-11-25' },
    body: {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo },
    },
  },
}
