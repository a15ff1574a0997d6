import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Tool, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import { createCluster } from '../tasks/rig.ts'

const slow = tool({
  name: 'slow',
  description: 'Never ends by itself',
  task: true,
  run: (_, ctx) =>
    new Promise<never>((_resolve, reject) => {
      ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason))
    }),
})
const plain = tool({ name: 'plain', description: 'Ends at once', run: () => 'done' })

type Json = Record<string, unknown>

for (const bound of [{ maxCalls: 3 }, { maxRunning: 3 }]) {
  test(`[LEG-45] ${Object.keys(bound)}: who waits for as many tasks as there are places may call all the same, and waits for no more`, async () => {
    const cluster = createCluster([slow, plain] as Tool[], { graceMs: 50 })
    const http = await serveNode(cluster.start().server, { legacy: bound }).listen()
    const leaving = new AbortController()
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    }
    let ids = 0
    const send = async (method: string, params: Json) => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: ++ids, method, params })
      const { signal } = leaving
      const response = await fetch(http.url, { method: 'POST', headers, body, signal })
      headers['mcp-session-id'] ??= response.headers.get('mcp-session-id') ?? ''
      return response
    }
    const call = async (method: string, params: Json): Promise<Json> => {
      const text = await (await send(method, params)).text()
      return JSON.parse(text.startsWith('{') ? text : String(text.split('data: ').at(-1)))
    }
    await call('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'test', version: '1' },
    })
    const made = (await call('tools/call', { name: 'slow', task: {} }))['result'] as Json
    const { taskId } = made['task'] as Json
    // Each has begun once its stream is open.
    for (let waits = 0; waits < 3; waits++) await send('tasks/result', { taskId })
    const refused = await call('tasks/result', { taskId })
    assert.match(
      String((refused['error'] as Json)['message']),
      /has 3 calls waiting|too many calls/,
    )
    for (let calls = 0; calls < 5; calls++) {
      assert.ok((await call('tools/call', { name: 'plain' }))['result'])
    }
    await call('tasks/cancel', { taskId })
    // Those that waited have their end, and make room.
    for (const end = Date.now() + 5000; ; await new Promise((go) => setTimeout(go, 20))) {
      const { error } = (await call('tasks/result', { taskId })) as { error: Json }
      if (/was cancelled/.test(String(error['message']))) break
      assert.ok(Date.now() < end, String(error['message']))
    }
    leaving.abort()
    await http.close()
    await cluster.close()
  })
}
