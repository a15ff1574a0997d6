/** What the tests of the whole server share: a server on a free port, and a browser that is a cookie jar. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createMemoryStore } from '@lutra/core'
import { quietly } from '../../../../scripts/quietly.ts'
import { type AuthServer, type AuthServerOptions, createAuthServer, development } from '../index.ts'

export const resource = 'https://mcp.example.com/mcp'

export interface Started {
  readonly auth: AuthServer
  readonly issuer: string
  close(): Promise<void>
}

/** Starts a server whose users sign in with one click. */
export async function start(options: Partial<AuthServerOptions> = {}, path = ''): Promise<Started> {
  let auth: AuthServer | undefined
  const server = createServer((request, response) => auth?.listener(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  try {
    auth = quietly(() => create(issuer, options))
  } catch (error) {
    await close()
    throw error
  }
  return { auth, issuer, close }
}

function create(issuer: string, options: Partial<AuthServerOptions>): AuthServer {
  return createAuthServer({
    issuer,
    store: createMemoryStore(),
    resources: [resource],
    scopes: { 'notes:read': 'Read your notes', 'notes:write': 'Change your notes' },
    signIn: development(),
    ...options,
  })
}

export interface Browser {
  get(url: string): Promise<Response>
  post(url: string, form: Record<string, string>): Promise<Response>
  cookies(): ReadonlyMap<string, string>
}

/** Keeps cookies as a browser does, by path; follows no redirect. */
export function createBrowser(): Browser {
  const jar = new Map<string, { value: string; path: string }>()

  async function send(url: string, init: RequestInit): Promise<Response> {
    const { pathname } = new URL(url)
    const cookie = [...jar]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ')
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, cookie },
    })
    for (const set of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = set.split(/;\s*/)
      const at = pair.indexOf('=')
      const path = attributes.find((text) => /^path=/i.test(text))?.slice(5) ?? '/'
      const gone = attributes.some((text) => /^(max-age=0|expires=Thu, 01 Jan 1970)/i.test(text))
      if (gone) jar.delete(pair.slice(0, at))
      else jar.set(pair.slice(0, at), { value: pair.slice(at + 1), path })
    }
    return response
  }

  return {
    get: (url) => send(url, { headers: { accept: 'text/html' } }),
    post: (url, form) => send(url, { method: 'POST', body: new URLSearchParams(form) }),
    cookies: () => new Map([...jar].map(([name, { value }]) => [name, value])),
  }
}

/** Follows redirects on the server itself until a page or a redirect elsewhere. */
export async function follow(
  browser: Browser,
  issuer: string,
  response: Response,
): Promise<Response> {
  let current = response
  for (let hops = 0; hops < 10; hops++) {
    const location = current.headers.get('location')
    if (!location) return current
    const url = new URL(location, issuer)
    if (url.origin !== new URL(issuer).origin) return current
    current = await browser.get(url.href)
  }
  throw new Error('too many redirects')
}

/** The hidden token of a consent page. */
export function formToken(html: string): string {
  return /name="token" value="([^"]*)"/.exec(html)?.[1] ?? ''
}

/** Where the first page of a flow is. */
export async function openConsent(browser: Browser, authorizationUrl: URL) {
  const first = await browser.get(authorizationUrl.href)
  const location = first.headers.get('location')
  if (!location) return { page: '', html: await first.text(), status: first.status, location: '' }
  const page = new URL(location, authorizationUrl).href
  if (new URL(page).origin !== authorizationUrl.origin)
    return { page: '', html: '', status: first.status, location: page }
  const shown = await browser.get(page)
  return { page, html: await shown.text(), status: shown.status, location: '' }
}
