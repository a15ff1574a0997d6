import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { RpcError } from '@lutra/core'
import { createServer, tool } from '@lutra/server'
import { serveHttp } from '@lutra/server/serve-http'
import { createWorkshop } from '../wires/workshop.ts'
import { poster, requestOf } from './post.ts'

test('[HTTP-16] a notification that is refused gets an error status and no id', async () => {
  const post = poster(createWorkshop())
  const evil = { origin: 'https://evil.test' }
  const refused = await post('notifications/cancelled', {}, { notification: true, headers: evil })
  assert.equal(refused.status, 403)
  assert.ok(refused.messages.every((message) => !('id' in message)))
  const large = await post('notifications/x', { a: 'x'.repeat(5 << 20) }, { notification: true })
  assert.equal(large.status, 413)
})

test('[HTTP-27] names of headers count in any case, values as they are', async () => {
  const post = poster(createWorkshop())
  const say = (headers: Record<string, string | undefined>) =>
    post('tools/call', { name: 'echo', arguments: { text: 'x' } }, { headers })
  const upper = { 'mcp-method': undefined, 'MCP-METHOD': 'tools/call' }
  assert.equal((await say(upper)).status, 200)
  assert.equal((await say({ 'mcp-method': 'Tools/Call' })).messages[0]?.error?.code, -32020)
  assert.equal((await say({ 'mcp-name': 'ECHO' })).messages[0]?.error?.code, -32020)
})

test('[HTTP-30] a request without a version header is refused where it claims this revision', async () => {
  const call = { name: 'echo', arguments: { text: 'x' } }
  const headers = { 'mcp-protocol-version': undefined }
  for (const legacy of [undefined, false] as const) {
    const post = poster(createWorkshop(), legacy === undefined ? {} : { legacy })
    const { status, messages } = await post('tools/call', call, { headers })
    assert.equal(status, 400)
    assert.equal(messages[0]?.error?.code, -32020)
  }
})

test('[HTTP-25] after a client has gone, nothing more is sent about its request', async () => {
  const told: string[] = []
  let going: ((value: string) => void) | undefined
  const server = createServer({
    name: 'slow',
    version: '1.0.0',
    tools: [
      tool({
        name: 'slow',
        description: 'Tells more than anybody wants to hear',
        async run(_, ctx) {
          ctx.progress(1)
          told.push(await new Promise<string>((resolve) => (going = resolve)))
          ctx.progress(2)
          return 'done'
        },
      }),
    ],
  })
  const leaving = new AbortController()
  const post = { meta: { progressToken: 1 }, signal: leaving.signal }
  const response = await serveHttp(server)(requestOf('tools/call', { name: 'slow' }, post))
  const reader = response.body?.getReader()
  const first = new TextDecoder().decode((await reader?.read())?.value)
  assert.match(first, /"progress":1/)
  leaving.abort()
  going?.('went on')
  await pause(10)
  // A stream that is broken off, or ends, brings nothing more either.
  const next = reader?.read().then(({ value }) => new TextDecoder().decode(value))
  const rest = await Promise.race([next?.catch(() => ''), pause(50, '')])
  assert.deepEqual(told, ['went on'])
  assert.equal(rest, '')
})

test('[HTTP-70] a header gives nobody rights: what is called is what the body says', async () => {
  const allowed = new Set(['echo'])
  const server = createServer({
    name: 'guarded',
    version: '1.0.0',
    tools: [
      tool({ name: 'echo', description: 'For all', run: () => 'echo' }),
      tool({ name: 'admin', description: 'For few', run: () => 'admin' }),
    ],
    middleware: [
      (next) => (call) => {
        const { name } = call.params
        if (call.method !== 'tools/call' || allowed.has(String(name))) return next(call)
        throw new RpcError('Not for you', { code: 403 })
      },
    ],
  })
  const post = poster(server)
  const { messages } = await post(
    'tools/call',
    { name: 'admin' },
    { headers: { 'mcp-name': 'echo' } },
  )
  assert.equal(messages[0]?.error?.code, -32020)
  assert.equal((await post('tools/call', { name: 'admin' })).messages[0]?.error?.code, 403)
})
