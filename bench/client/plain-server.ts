/** A server that both clients understand, and that has as little to do as it can: `node:http` and JSON. */
import { contend } from '../contend.ts'
import { type Body, listenPlain, readJson, replyJson, resultMeta } from '../http/plain.ts'

const complete = { resultType: 'complete', _meta: resultMeta }
const kept = { ...complete, ttlMs: 3_600_000, cacheScope: 'public' }
const inputSchema = {
  type: 'object',
  properties: { text: { type: 'string' } },
  required: ['text'],
}

const results: Readonly<Record<string, (body: Body) => object>> = {
  'server/discover': () => ({
    ...kept,
    supportedVersions: ['2026-07-28'],
    capabilities: { tools: {} },
  }),
  'tools/list': () => ({ ...kept, tools: [{ name: 'echo', inputSchema }] }),
  'tools/call': ({ params }) => ({
    ...complete,
    content: [{ type: 'text', text: params.arguments.text }],
  }),
}

const port = await listenPlain((req, res) => {
  readJson(req, (body) => {
    const result = results[body.method]?.(body)
    replyJson(res, { jsonrpc: '2.0', id: body.id, result })
  })
})
contend(port, {})
