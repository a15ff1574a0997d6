/** A server of ours that `bearer()` protects, on a port of its own, with a tool for everybody, one for readers and one for writers. */
import { createServer as createHttp } from 'node:http'
import { inspect } from 'node:util'
import { createServer, tool } from '@lutra/server'
import { type Bearer, type BearerOptions, bearer } from '@lutra/server/auth'
import { serveNode } from '@lutra/server/serve-node'
import { listenOnLoopback } from './loopback.ts'

export interface Protected {
  readonly url: string
  readonly auth: Bearer
  /** What each request to it came with, and what it was told. */
  readonly requests: readonly Seen[]
  /** All that the tool which says who calls could find out of the call, a text for each. */
  readonly contexts: readonly string[]
  [Symbol.asyncDispose](): Promise<void>
}

export interface Seen {
  readonly method: string
  readonly authorization: string | undefined
  readonly status: number
}

export async function startProtected(
  options: Omit<BearerOptions, 'resource'>,
  { resource }: { readonly resource?: string } = {},
): Promise<Protected> {
  const http = createHttp()
  const { origin, close } = await listenOnLoopback(http)
  const url = `${origin}/mcp`
  const auth = bearer({ scopes: ['notes:read'], ...options, resource: resource ?? url })
  const contexts: string[] = []
  const { listener } = serveNode(
    createNotes((context) => contexts.push(context)),
    { auth },
  )
  const requests: Seen[] = []
  http.on('request', (request, response) => {
    const { method = '', headers } = request
    response.on('close', () => {
      const { authorization } = headers
      requests.push({ method, authorization, status: response.statusCode })
    })
    listener(request, response)
  })
  return { url, auth, requests, contexts, [Symbol.asyncDispose]: close }
}

export function createNotes(tell: (context: string) => void = () => undefined) {
  return createServer({
    name: 'notes',
    version: '1.0.0',
    tools: [
      tool({
        name: 'whoami',
        description: 'Says who calls',
        run: (_, context) => {
          const { auth } = context
          tell(inspect(context, { depth: 12, showHidden: true, maxStringLength: 100_000 }))
          return { subject: auth?.subject ?? '', scopes: [...(auth?.scopes ?? [])] }
        },
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
