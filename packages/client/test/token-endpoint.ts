/** Token endpoints without a network: what a grant needs, and what it asked for. */
import { type AuthorizationServer, allowInsecureRequests, customFetch } from 'oauth4webapi'
import type { Credential, CredentialKey, CredentialStore } from '../src/auth/credentials.ts'
import type { Need } from '../src/auth/grant.ts'

export interface Asked {
  readonly url: string
  readonly headers: Headers
  readonly body: URLSearchParams
}

export interface Endpoint {
  readonly need: Need
  readonly asked: readonly Asked[]
  readonly warnings: readonly string[]
}

export interface EndpointOptions {
  /** Answers a request: an object is JSON with status 200, a response is itself. */
  readonly answer?: (asked: Asked) => object | Promise<object>
  readonly metadata?: Partial<AuthorizationServer>
  readonly scope?: string
  readonly store?: CredentialStore
  /** Runs every request this often: servers ask for nonces. */
  readonly times?: number
}

export const issuer = 'https://as.example.com'
export const resource = 'https://mcp.example.com/mcp'

export function endpoint(options: EndpointOptions = {}): Endpoint {
  const asked: Asked[] = []
  const warnings: string[] = []
  const answer = options.answer ?? (() => ({ access_token: 'access-1', token_type: 'Bearer' }))
  const fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const body = new URLSearchParams(init?.body instanceof URLSearchParams ? init.body : '')
    const one = { url: String(url), headers: new Headers(init?.headers), body }
    asked.push(one)
    const said = await answer(one)
    return said instanceof Response ? said : Response.json(said)
  }
  const need: Need = {
    server: new URL(resource),
    resource,
    authorizationServer: { issuer, token_endpoint: `${issuer}/token`, ...options.metadata },
    scope: options.scope,
    store: options.store ?? plainStore(),
    warn: (message) => warnings.push(message),
    fetch,
    request: async (send) => {
      const how = { [customFetch]: fetch, [allowInsecureRequests]: false }
      for (let n = 1; n < (options.times ?? 1); n += 1) await send(how)
      return send(how)
    },
  }
  return { need, asked, warnings }
}

/** An answer that refuses. */
export function refuse(error: string, description?: string, status = 400): Response {
  return Response.json({ error, error_description: description }, { status })
}

/** Keeps credentials in memory, one at a time. */
export function plainStore(): CredentialStore & { readonly kept: Map<string, Credential> } {
  const kept = new Map<string, Credential>()
  const turns = new Map<string, Promise<unknown>>()
  const name = (key: CredentialKey) => JSON.stringify(key)
  const store = {
    kept,
    get: async (key: CredentialKey) => kept.get(name(key)),
    set: async (key: CredentialKey, credential: Credential) => void kept.set(name(key), credential),
    delete: async (key: CredentialKey) => kept.delete(name(key)),
    list: async () => [],
    exclusively: <T>(key: CredentialKey, work: () => Promise<T>): Promise<T> => {
      const turn = (turns.get(name(key)) ?? Promise.resolve()).then(work)
      turns.set(
        name(key),
        turn.catch(() => {}),
      )
      return turn
    },
  }
  return store as unknown as CredentialStore & { readonly kept: Map<string, Credential> }
}

/** Everything that an error would print, its causes and their fields included. */
export function printed(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null || depth > 5) return String(error)
  const names = [...Object.getOwnPropertyNames(error)]
  const fields = error as Record<string, unknown>
  return names.map((name) => `${name}: ${printed(fields[name], depth + 1)}`).join('\n')
}
