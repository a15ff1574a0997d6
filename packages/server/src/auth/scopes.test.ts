import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createServer, kit, resource } from '@lutra/server'
import { bearer } from '@lutra/server/auth'
import { serveHttp } from '@lutra/server/serve-http'
import { prepare } from '../http/fixture.test.ts'

const url = 'http://localhost/mcp'
const reader = 'key-of-the-reader-1234567890'
const writer = 'key-of-the-writer-1234567890'

function serve() {
  const files = kit().scopes('files:read')
  const server = createServer({
    name: 'files',
    version: '1',
    tools: [
      files.tool({
        name: 'read',
        description: 'Reads',
        run: (_args, { auth }) => auth?.subject ?? '',
      }),
      files.tool({
        name: 'write',
        description: 'Writes',
        scopes: ['files:write'],
        run: () => 'ok',
      }),
      files.tool({
        name: 'move',
        description: 'Moves',
        run(_args, ctx) {
          ctx.requireScopes('files:write')
          return 'moved'
        },
      }),
    ],
    resources: [resource({ uri: 'doc://1', scopes: ['docs'], read: () => '' })],
  })
  const auth = bearer({
    resource: url,
    issuers: 'https://auth.example.com',
    implies: { 'files:admin': ['files:write'], 'files:write': ['files:read'] },
    apiKeys: [
      { key: reader, subject: 'reader', scopes: ['files:read'] },
      { key: writer, subject: 'writer', scopes: ['files:admin'] },
    ],
  })
  return serveHttp(server, { auth })
}

type Reply = { status: number; challenge: string | null; json: Record<string, unknown> }

async function ask(fetch: ReturnType<typeof serve>, request: RequestInit): Promise<Reply> {
  const response = await fetch(new Request(url, { method: 'POST', ...request }))
  const { status, headers } = response
  const json = JSON.parse((await response.text()) || '{}') as Record<string, unknown>
  return { status, challenge: headers.get('www-authenticate'), json }
}

type Send = (key: string, method: string, params?: Record<string, unknown>) => Promise<Reply>

/** The same request in the words of either era. */
const eras: ReadonlyMap<string, (fetch: ReturnType<typeof serve>) => Send> = new Map([
  [
    'modern',
    (fetch) => (key, method, params) => {
      const { headers, body } = prepare(method, params)
      return ask(fetch, { headers: { ...headers, authorization: `Bearer ${key}` }, body })
    },
  ],
  [
    'legacy',
    (fetch) =>
      (key, method, params = {}) =>
        ask(fetch, {
          headers: {
            'content-type': 'application/json',
            accept: 'application/json, text/event-stream',
            'mcp-protocol-version': '2025-11-25',
            authorization: `Bearer ${key}`,
          },
          body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
        }),
  ],
])

for (const [era, open] of eras) {
  test(`[AUTH-04, AUTH-08] ${era}: a call beyond its token is 403 with all scopes that it takes`, async () => {
    const send = open(serve())
    for (const name of ['write', 'move']) {
      const { status, challenge, json } = await send(reader, 'tools/call', { name })
      assert.equal(status, 403)
      assert.match(challenge ?? '', /^Bearer error="insufficient_scope"/)
      assert.match(challenge ?? '', / scope="files:read files:write"/)
      assert.match(
        challenge ?? '',
        / resource_metadata="http:\/\/localhost\/\.well-known\/oauth-protected-resource\/mcp"/,
      )
      assert.ok(json['error'])
    }
    const docs = await send(reader, 'resources/read', { uri: 'doc://1' })
    assert.equal(docs.status, 403)
    assert.match(docs.challenge ?? '', / scope="docs"/)
  })

  test(`[AUTH-09] ${era}: a scope that holds others opens what takes these`, async () => {
    const send = open(serve())
    const { json } = await send(writer, 'tools/call', { name: 'read' })
    assert.match(JSON.stringify(json), /"writer"/)
    assert.equal((await send(writer, 'tools/call', { name: 'move' })).status, 200)
    const names = async (key: string) => {
      const { tools } = (await send(key, 'tools/list')).json['result'] as {
        tools: { name: string }[]
      }
      return tools.map(({ name }) => name)
    }
    assert.deepEqual(await names(reader), ['read', 'move'])
    assert.deepEqual(await names(writer), ['read', 'write', 'move'])
    assert.deepEqual(await names(reader), ['read', 'move'])
  })
}

test('[AUTH-08] modern: a subscription to what a token does not open is 403', async () => {
  const send = eras.get('modern')?.(serve()) ?? assert.fail()
  const notifications = { resourceSubscriptions: ['doc://1'] }
  const { status, challenge } = await send(reader, 'subscriptions/listen', { notifications })
  assert.equal(status, 403)
  assert.match(challenge ?? '', / scope="docs"/)
})
