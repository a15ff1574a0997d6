/** A server, an authorization server and a person who says yes, all in this process: what the tests of ways in are held against. */
import { isObject } from '@lutra/core'
import { connect } from '../connect.ts'
import type { WayIn } from '../http/authorizer.ts'
import { codeGrant, type Landing } from './code-grant.ts'
import { oauth } from './oauth.ts'
import type { AuthOptions, ClientIdentity } from './options.ts'

export const serverUrl = 'https://mcp.example/mcp'
export const issuer = 'https://as.example'

/** A request that somebody in the world heard. */
export interface Heard {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  /** The form of a token request. */
  readonly form: URLSearchParams
  readonly json: Readonly<Record<string, unknown>>
}

type Answer = Response | undefined | Promise<Response | undefined>

/** What the world does otherwise than usual; undefined: as usual. */
export interface Oddities {
  /** Answers any request, before all others do. */
  readonly any?: (heard: Heard) => Answer
  readonly resource?: Readonly<Record<string, unknown>>
  readonly metadata?: Readonly<Record<string, unknown>>
  /** What people come back with. */
  readonly comeBack?: (query: URLSearchParams, heard: Heard) => void
  readonly token?: (heard: Heard) => Readonly<Record<string, unknown>> | Response
  /** Whether a call of the server is let in; a response says why not. */
  readonly guard?: (token: string | undefined, heard: Heard) => Response | undefined
  readonly challenge?: string
}

export type World = ReturnType<typeof createWorld>

export const json = (value: unknown, status = 200): Response => Response.json(value, { status })

export function createWorld(oddities: Oddities = {}) {
  const log: Heard[] = []
  const valid = new Map<string, string>()
  let count = 0

  const metadata = (): Record<string, unknown> => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    token_endpoint_auth_methods_supported: ['none'],
    ...oddities.metadata,
  })

  function issue(scope: string | null): Record<string, unknown> {
    count += 1
    valid.set(`at-${count}`, scope ?? '')
    return {
      access_token: `at-${count}`,
      refresh_token: `rt-${count}`,
      token_type: 'Bearer',
      expires_in: 3600,
      ...(scope !== null && { scope }),
    }
  }

  function authorize(heard: Heard): Response {
    const { searchParams } = heard.url
    const to = new URL(searchParams.get('redirect_uri') ?? '')
    const query = new URLSearchParams({ code: `code ${searchParams.get('scope') ?? ''}` })
    query.set('state', searchParams.get('state') ?? '')
    query.set('iss', issuer)
    oddities.comeBack?.(query, heard)
    to.search = query.toString()
    return new Response(null, { status: 302, headers: { location: to.href } })
  }

  function tokenEndpoint(heard: Heard): Response {
    const given = oddities.token?.(heard)
    if (given instanceof Response) return given
    const code = heard.form.get('code')
    const scope = code === null ? null : code.slice('code '.length)
    return json({ ...issue(scope), ...given })
  }

  const endpoints = new Map<string, (heard: Heard) => Answer>([
    [`${issuer}/.well-known/oauth-authorization-server`, () => json(metadata())],
    [`${issuer}/authorize`, authorize],
    [`${issuer}/token`, tokenEndpoint],
    [`${issuer}/register`, ({ json: asked }) => json({ ...asked, client_id: 'dcr-1' }, 201)],
    [
      'https://mcp.example/.well-known/oauth-protected-resource/mcp',
      () => json({ resource: serverUrl, authorization_servers: [issuer], ...oddities.resource }),
    ],
    [serverUrl, (heard) => mcp(heard, { valid, oddities })],
  ])

  const fetch: typeof globalThis.fetch = async (input, init) => {
    const heard = await hear(new Request(input, init))
    init?.signal?.throwIfAborted()
    log.push(heard)
    const place = `${heard.url.origin}${heard.url.pathname}`
    const answer =
      (await oddities.any?.(heard)) ??
      (await (endpoints.get(place)?.(heard) ?? new Response('no', { status: 404 })))
    return answer ?? new Response('no', { status: 404 })
  }

  return {
    fetch,
    log,
    valid,
    issue,
    metadata,
    /** The paths that were asked for, one after the other; those of the server itself left out. */
    paths: () =>
      log.filter(({ url }) => url.href !== serverUrl).map(({ url }) => url.href.split('?')[0]),
    at: (path: string) => log.filter(({ url }) => url.pathname === path),
    /** The authorizations that were asked for. */
    authorizations: () =>
      log.filter(({ url }) => url.pathname === '/authorize').map(({ url }) => url.searchParams),
  }
}

async function hear(request: Request): Promise<Heard> {
  const { method, headers } = request
  const text = await request.text()
  const isJson = headers.get('content-type')?.includes('json') === true
  const parsed: unknown = isJson ? JSON.parse(text) : {}
  return {
    method,
    headers,
    url: new URL(request.url),
    form: new URLSearchParams(isJson ? '' : text),
    json: isObject(parsed) ? parsed : {},
  }
}

function mcp(
  heard: Heard,
  { valid, oddities }: { valid: ReadonlyMap<string, string>; oddities: Oddities },
): Response {
  const token = heard.headers.get('authorization')?.replace(/^Bearer /, '')
  const refused = oddities.guard?.(token, heard)
  if (refused) return refused
  if (!oddities.guard && (token === undefined || !valid.has(token))) {
    const challenge = oddities.challenge ?? 'Bearer scope="read"'
    return new Response('who?', { status: 401, headers: { 'www-authenticate': challenge } })
  }
  const { id, method } = heard.json
  const results = new Map<unknown, object>([
    ['server/discover', { supportedVersions: ['2026-07-28'], capabilities: { tools: {} } }],
    ['tools/list', { tools: [] }],
    ['tools/call', { content: [{ type: 'text', text: 'done' }] }],
  ])
  const result = { resultType: 'complete', ttlMs: 0, cacheScope: 'private', ...results.get(method) }
  return json({ jsonrpc: '2.0', id, result })
}

/** Says yes to whatever is asked. */
export function personOf({ fetch }: Pick<World, 'fetch'>): Landing {
  return {
    redirectUri: 'http://127.0.0.1:7777/callback',
    async show(url) {
      const response = await fetch(url, { redirect: 'manual' })
      return response.headers.get('location') ?? ''
    },
  }
}

/** The way in of that person. */
export function wayIn(
  world: Pick<World, 'fetch'>,
  options: AuthOptions & ClientIdentity = {},
): WayIn {
  return oauth(codeGrant({ ...options, open: () => personOf(world) }), options)
}

/** Connects to the server of a world. */
export function enter(world: Pick<World, 'fetch'>, auth: WayIn, signal?: AbortSignal) {
  return connect(serverUrl, {
    fetch: world.fetch,
    auth,
    onWarning() {},
    retries: 0,
    ...(signal && { signal }),
  })
}
