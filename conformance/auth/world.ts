/**
 * A protected server and its authorization server, on ports of their own, both scripted: every document and every answer can be replaced.
 * What it does unless told is right; tests change one thing each and see what a client makes of it.
 */
import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Authenticator } from '@lutra/server/auth'
import { serveNode } from '@lutra/server/serve-node'
import { listenOnLoopback } from './loopback.ts'
import { createNotes } from './protected.ts'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly form: URLSearchParams
  readonly body: string
  readonly headers: IncomingMessage['headers']
}

/** What is at a path. An object is a document; a function is a reply of whatever kind. */
export type Page =
  | Readonly<Record<string, unknown>>
  | ((asked: Asked, response: ServerResponse) => void)

export interface World {
  /** The server that is to be used. */
  readonly url: string
  /** The authorization server. */
  readonly issuer: string
  /** What the protected server has at its paths beside its own: the metadata. */
  readonly serverPages: Map<string, Page>
  /** What the authorization server has at its paths. */
  readonly pages: Map<string, Page>
  /** Which scopes a token needs, and what a refusal says. Changed at will. */
  readonly demand: { scopes: string[]; challenge?: string }
  /** What was asked of the authorization server. */
  readonly asked: readonly Asked[]
  /** What was asked of the protected server, with the headers that it came with. */
  readonly calls: readonly Asked[]
  /** The scopes of each access token that is good. */
  readonly tokens: Map<string, readonly string[]>
  /** How often something was asked of the authorization server. */
  count(path: string): number
  [Symbol.asyncDispose](): Promise<void>
}

export async function startWorld(): Promise<World> {
  const [front, back] = [createServer(), createServer()]
  const server = await listenOnLoopback(front)
  const authority = await listenOnLoopback(back)
  const [url, issuer] = [`${server.origin}/mcp`, authority.origin]
  const tokens = new Map<string, readonly string[]>()
  const demand: World['demand'] = { scopes: ['notes:read'] }
  const metadata = `${server.origin}/.well-known/oauth-protected-resource/mcp`
  const serverPages = new Map<string, Page>([
    [new URL(metadata).pathname, { resource: url, authorization_servers: [issuer] }],
  ])
  const pages = authorityPages(issuer, tokens)
  const auth = checkTokens({ tokens, demand, metadata })
  const { listener } = serveNode(createNotes(), { auth })
  const asked: Asked[] = []
  const calls: Asked[] = []
  front.on('request', (request, response) => {
    const page = serverPages.get(pathOf(request))
    if (page) {
      void read(request).then((one) => {
        calls.push(one)
        show(page, one, response)
      })
    } else {
      calls.push(describe(request, ''))
      listener(request, response)
    }
  })
  back.on('request', (request, response) => {
    void read(request).then((one) => {
      asked.push(one)
      show(pages.get(one.path), one, response)
    })
  })
  return {
    url,
    issuer,
    serverPages,
    pages,
    demand,
    asked,
    calls,
    tokens,
    count: (path) => asked.filter((one) => one.path === path).length,
    async [Symbol.asyncDispose]() {
      await server.close()
      await authority.close()
    },
  }
}

export const paths = {
  metadata: '/.well-known/oauth-authorization-server',
  openid: '/.well-known/openid-configuration',
  register: '/register',
  authorize: '/authorize',
  token: '/token',
} as const

/** The metadata of an authorization server that does all that the protocol asks of it. */
export function goodMetadata(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}${paths.authorize}`,
    token_endpoint: `${issuer}${paths.token}`,
    registration_endpoint: `${issuer}${paths.register}`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
    authorization_response_iss_parameter_supported: true,
  }
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}

/** Sends the person back to where the client waits, with this query. */
export function sendBack(asked: Asked, response: ServerResponse, query: object): void {
  const back = new URL(asked.query.get('redirect_uri') ?? '')
  for (const [name, value] of Object.entries(query)) back.searchParams.set(name, String(value))
  response.writeHead(302, { location: back.href }).end()
}

interface Code {
  readonly challenge: string
  readonly scope: string
}

function authorityPages(issuer: string, tokens: World['tokens']): Map<string, Page> {
  const codes = new Map<string, Code>()
  const refreshTokens = new Map<string, string>()
  const give = (response: ServerResponse, scope: string) => {
    const [access_token, refresh_token] = [`access-${randomUUID()}`, `refresh-${randomUUID()}`]
    tokens.set(access_token, scope.split(' '))
    refreshTokens.set(refresh_token, scope)
    sendJson(response, {
      access_token,
      refresh_token,
      token_type: 'Bearer',
      expires_in: 3_600,
      scope,
    })
  }
  return new Map<string, Page>([
    [paths.metadata, goodMetadata(issuer)],
    [
      paths.register,
      ({ body }, response) =>
        sendJson(response, { ...JSON.parse(body), client_id: `client-${randomUUID()}` }, 201),
    ],
    [
      paths.authorize,
      (asked, response) => {
        const code = `code-${randomUUID()}`
        const { query } = asked
        const challenge = query.get('code_challenge') ?? ''
        codes.set(code, { challenge, scope: query.get('scope') ?? '' })
        sendBack(asked, response, { code, state: query.get('state'), iss: issuer })
      },
    ],
    [
      paths.token,
      ({ form }, response) => {
        if (form.get('grant_type') === 'refresh_token') {
          const scope = refreshTokens.get(form.get('refresh_token') ?? '')
          refreshTokens.delete(form.get('refresh_token') ?? '')
          if (scope !== undefined) return give(response, scope)
          return sendJson(response, { error: 'invalid_grant' }, 400)
        }
        const code = codes.get(form.get('code') ?? '')
        codes.delete(form.get('code') ?? '')
        const digest = createHash('sha256')
          .update(form.get('code_verifier') ?? '')
          .digest('base64url')
        if (code?.challenge === digest) return give(response, code.scope)
        return sendJson(response, { error: 'invalid_grant' }, 400)
      },
    ],
  ])
}

function checkTokens(
  parts: Pick<World, 'tokens' | 'demand'> & { metadata: string },
): Authenticator {
  const { tokens, demand, metadata } = parts
  const challenge = (error: string, scopes: readonly string[] = demand.scopes) =>
    demand.challenge ??
    `Bearer ${error}scope="${scopes.join(' ')}", resource_metadata="${metadata}"`
  const refuse = (status: number, error: string) => ({
    status,
    headers: { 'www-authenticate': challenge(error) },
  })
  return {
    authenticate({ header }) {
      const [, token = ''] = header('authorization')?.split(' ') ?? []
      const scopes = tokens.get(token)
      if (!scopes) return refuse(401, token ? 'error="invalid_token", ' : '')
      if (demand.scopes.some((scope) => !scopes.includes(scope))) {
        return refuse(403, 'error="insufficient_scope", ')
      }
      return { subject: 'ada', scopes, claims: {} }
    },
    open: () => undefined,
    challenge: (scopes) => challenge('error="insufficient_scope", ', scopes),
  }
}

function show(page: Page | undefined, asked: Asked, response: ServerResponse): void {
  if (page === undefined) response.writeHead(404).end()
  else if (typeof page === 'function') page(asked, response)
  else sendJson(response, page)
}

async function read(request: IncomingMessage): Promise<Asked> {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) body += chunk
  return describe(request, body)
}

function describe(request: IncomingMessage, body: string): Asked {
  const { method = '', headers, url = '/' } = request
  const { searchParams: query } = new URL(url, 'http://localhost')
  return { method, path: pathOf(request), query, form: new URLSearchParams(body), body, headers }
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return new URL(url, 'http://localhost').pathname
}
