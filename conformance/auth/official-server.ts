/** A server that stands on the official SDK's own authorization: its router, its bearer middleware, and a provider in memory. */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { OAuthRegisteredClientsStore } from '@modelcontextprotocol/sdk/server/auth/clients.js'
import {
  InvalidGrantError,
  InvalidTokenError,
} from '@modelcontextprotocol/sdk/server/auth/errors.js'
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
import type {
  AuthorizationParams,
  OAuthServerProvider,
} from '@modelcontextprotocol/sdk/server/auth/provider.js'
import {
  getOAuthProtectedResourceMetadataUrl,
  mcpAuthRouter,
} from '@modelcontextprotocol/sdk/server/auth/router.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import type {
  OAuthClientInformationFull,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js'
import express from 'express'
import { listenOnLoopback } from './loopback.ts'

type McpTransport = Parameters<McpServer['connect']>[0]

interface Grant extends Pick<AuthorizationParams, 'codeChallenge' | 'resource'> {
  readonly clientId: string
  readonly scopes: string[]
}

export interface OfficialProtected {
  readonly url: string
  readonly registered: readonly OAuthClientInformationFull[]
  /** How often tokens were given: by a code, and by a refresh token. */
  readonly given: { code: number; refresh: number }
  /** Makes every access token that was given so far worthless. */
  expire(): void
  [Symbol.asyncDispose](): Promise<void>
}

export async function startOfficialProtected(): Promise<OfficialProtected> {
  const app = express()
  const { origin, close } = await listenOnLoopback(createServer(app))
  const url = new URL('/mcp', origin)
  const { provider, registered, given, expire } = createProvider()
  const requiredScopes = ['notes:read']
  app.use(
    mcpAuthRouter({
      provider,
      issuerUrl: new URL(origin),
      resourceServerUrl: url,
      scopesSupported: requiredScopes,
    }),
  )
  const resourceMetadataUrl = getOAuthProtectedResourceMetadataUrl(url)
  app.use('/mcp', requireBearerAuth({ verifier: provider, requiredScopes, resourceMetadataUrl }))
  app.post('/mcp', express.json(), async (request, response) => {
    const transport = new StreamableHTTPServerTransport({})
    const server = new McpServer({ name: 'official', version: '1.0.0' })
    server.registerTool('whoami', {}, ({ authInfo }) => ({
      content: [{ type: 'text', text: `${authInfo?.clientId} ${authInfo?.scopes}` }],
    }))
    await server.connect(transport as McpTransport)
    await transport.handleRequest(request, response, request.body)
  })
  app.all('/mcp', (_, response) => void response.status(405).end())
  return { url: url.href, registered, given, expire, [Symbol.asyncDispose]: close }
}

function createProvider() {
  const clients = new Map<string, OAuthClientInformationFull>()
  const registered: OAuthClientInformationFull[] = []
  const codes = new Map<string, Grant>()
  const refreshTokens = new Map<string, Grant>()
  const accessTokens = new Map<string, Grant>()
  const given = { code: 0, refresh: 0 }
  const give = (grant: Grant): OAuthTokens => {
    const [access_token, refresh_token] = [randomUUID(), randomUUID()]
    accessTokens.set(access_token, grant)
    refreshTokens.set(refresh_token, grant)
    return {
      access_token,
      refresh_token,
      token_type: 'bearer',
      expires_in: 3_600,
      scope: grant.scopes.join(' '),
    }
  }
  const clientsStore: OAuthRegisteredClientsStore = {
    getClient: (id) => clients.get(id),
    registerClient(client) {
      const full = { ...client, client_id: randomUUID() } as OAuthClientInformationFull
      clients.set(full.client_id, full)
      registered.push(full)
      return full
    },
  }
  const take = (held: Map<string, Grant>, key: string): Grant => {
    const grant = held.get(key)
    if (!grant || !held.delete(key)) throw new InvalidGrantError('Not known, or used before')
    return grant
  }
  const provider: OAuthServerProvider = {
    clientsStore,
    async authorize({ client_id: clientId }, params, response) {
      const { codeChallenge, resource, scopes = [] } = params
      const code = randomUUID()
      codes.set(code, { clientId, codeChallenge, scopes, ...(resource && { resource }) })
      response.type('html').send(page(params.redirectUri, { code, state: params.state ?? '' }))
    },
    challengeForAuthorizationCode: async (_client, code) => codes.get(code)?.codeChallenge ?? '',
    async exchangeAuthorizationCode(_client, code) {
      given.code++
      return give(take(codes, code))
    },
    async exchangeRefreshToken(_client, token) {
      given.refresh++
      return give(take(refreshTokens, token))
    },
    async verifyAccessToken(token) {
      const grant = accessTokens.get(token)
      if (!grant) throw new InvalidTokenError('Not known')
      const expiresAt = Math.floor(Date.now() / 1000) + 60
      return { token, clientId: grant.clientId, scopes: grant.scopes, expiresAt }
    },
  }
  return { provider, registered, given, expire: () => accessTokens.clear() }
}

function page(action: string, fields: Readonly<Record<string, string>>): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) =>
      `<input type="hidden" name="${name}" value="${value.replaceAll('"', '&quot;')}">`,
  )
  return `<!doctype html><title>Official</title><h1>Allow?</h1><form action="${action.replaceAll('"', '&quot;')}">${inputs.join('')}<button>Allow</button></form>`
}
