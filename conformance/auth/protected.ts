/** A server of ours that `bearer()` protects, on a port of its own, with a tool for everybody, one for readers and one for writers. */
import { createServer as createHttp } from 'node:http'
import { createServer, tool } from '@lutra/server'
import { type Bearer, type BearerOptions, bearer } from '@lutra/server/auth'
import { serveNode } from '@lutra/server/serve-node'
import { listenOnLoopback } from './loopback.ts'

export interface Protected {
  readonly url: string
  readonly auth: Bearer
  /** What each request to it came with, and what it was told. */
  readonly requests: readonly Seen[]
  [Symbol.asyncDispose](): Promise<void>
}

export interface Seen {
  readonly method: string
  readonly authorization: string | undefined
  readonly status: number
}

export const scopes = ['notes:read', 'notes:write']

export async function startProtected(
  options: Omit<BearerOptions, 'resource'>,
  { resource }: { readonly resource?: string } = {},
): Promise<Protected> {
  const http = createHttp()
  const { origin, close } = await listenOnLoopback(http)
  const url = `${origin}/mcp`
  const auth = bearer({ scopes: ['notes:read'], ...options, resource: resource ?? url })
  const { listener } = serveNode(createNotes(), { auth })
  const requests: Seen[] = []
  http.on('request', (request, response) => {
    const { method = '', headers } = request
    response.on('close', () => {
      const { authorization } = headers
      requests.push({ method, authorization, status: response.statusCode })
    })
    listener(request, response)
  })
  return { url, auth, requests, [Symbol.asyncDispose]: close }
}

export function createNotes() {
  return createServer({
    name: 'notes',
    version: '1.0.0',
    tools: [
      tool({
        name: 'whoami',
        description: 'Says who calls',
        run: (_, { auth }) => ({ subject: auth?.subject ?? '', scopes: [...(auth?.scopes ?? [])] }),
      }),
      tool({
        name: 'write',
        description: 'Writes a note',
        scopes: ['notes:write'],
        run: () => 'written',
      }),
    ],
  })
}
