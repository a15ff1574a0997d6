/** A protected server and its authorization server on one origin, each document of which a test may have otherwise. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serveHttp } from '@lutra/server/serve-http'
import { server as kiosk } from './kiosk.ts'

export interface Site {
  /** `WWW-Authenticate` of the refusal; undefined: there is none. */
  challenge: string | undefined
  refusal: number
  /** What is at which path: a document, a status, or text that is no JSON. */
  readonly documents: Map<string, object | number | string>
  /** Lets everybody in. */
  open: boolean
}

export interface Running {
  readonly url: string
  readonly origin: string
  readonly issuer: string
  close(): Promise<void>
}

export const resourcePath = '/.well-known/oauth-protected-resource/mcp'
export const serverPath = '/.well-known/oauth-authorization-server/as'

/** Starts a site where all is as it should be, but for what `change` does. It takes the token `good`. */
export async function startSite(
  change: (
    site: Site,
    about: { origin: string; issuer: string; metadata: object },
  ) => void = () => {},
): Promise<Running> {
  const handle = serveHttp(kiosk)
  let site: Site | undefined
  const listener = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site')
    if (!site) return
    if (pathname !== '/mcp') {
      const found = site.documents.get(pathname) ?? 404
      if (typeof found === 'number') response.writeHead(found).end()
      else {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(typeof found === 'string' ? found : JSON.stringify(found))
      }
    } else if (!site.open && request.headers.authorization !== 'Bearer good') {
      const headers = site.challenge === undefined ? {} : { 'www-authenticate': site.challenge }
      response.writeHead(site.refusal, headers).end()
    } else {
      const answer = await handle(await requestOf(request))
      response.writeHead(answer.status, Object.fromEntries(answer.headers))
      response.end(Buffer.from(await answer.arrayBuffer()))
    }
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`
  const issuer = `${origin}/as`
  const metadata = metadataOf(issuer)
  const resource = {
    resource: `${origin}/mcp`,
    authorization_servers: [issuer],
    scopes_supported: ['cake'],
  }
  site = {
    challenge: `Bearer resource_metadata="${origin}${resourcePath}", scope="cake"`,
    refusal: 401,
    documents: new Map<string, object | number | string>([
      [resourcePath, resource],
      [serverPath, metadata],
    ]),
    open: false,
  }
  change(site, { origin, issuer, metadata })
  return {
    url: `${origin}/mcp`,
    origin,
    issuer,
    close: async () => {
      listener.closeAllConnections()
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}

function metadataOf(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  }
}

async function requestOf(request: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { method = 'GET', headers } = request
  const entries = Object.entries(headers).map(
    ([name, value]) => [name, String(value)] as [string, string],
  )
  return new Request(`http://${headers.host}${request.url}`, {
    method,
    headers: entries,
    ...(method === 'POST' && { body: Buffer.concat(chunks) }),
  })
}
