import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { metaKeys, requestHeaders } from '@lutra/core'
import { type Tool, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import {
  createApplicationInputHandler,
  createTaskSessionFromClient,
  type RawClientDispatch,
} from '@modelcontextprotocol/ext-tasks/client'
import { z } from 'zod'
import { createCluster } from './rig.ts'

let aborted = 0
const render = tool({
  name: 'render',
  description: 'Asks half-way',
  input: z.object({ page: z.number() }),
  output: z.object({ pages: z.number() }),
  task: true,
  run: async ({ page }, ctx) => {
    await ctx.step('paper', () => pause(20))
    const answer = await ctx.ask('copies', 'How many?', z.object({ copies: z.number().int() }))
    return { pages: answer.action === 'accept' ? page * answer.content.copies : 0 }
  },
})
const quick = tool({
  name: 'quick',
  description: 'Asks nothing',
  task: true,
  run: () => 'done',
})
const broken = tool({
  name: 'broken',
  description: 'Fails by itself',
  task: true,
  run: () => Promise.reject(new Error('secret')),
})
const endless = tool({
  name: 'endless',
  description: 'Never ends by itself',
  task: true,
  run: (_, ctx) => new Promise(() => ctx.signal.addEventListener('abort', () => aborted++)),
})

/** The official requester in front of the official client, with the requests of its own that the package asks for. */
async function visit() {
  const cluster = createCluster([render, quick, broken, endless] as Tool[])
  const { server } = cluster.start()
  const http = await serveNode(server).listen()
  const clientInfo = { name: 'official', version: '2' }
  const capabilities = { elicitation: { form: {} } }
  const client = new Client(clientInfo, {
    capabilities: { ...capabilities, extensions: { 'io.modelcontextprotocol/tasks': {} } },
    versionNegotiation: { mode: 'auto' },
  })
  await client.connect(new StreamableHTTPClientTransport(new URL(http.url)))
  const session = createTaskSessionFromClient(client, {
    endpointId: 'jobs',
    rawDispatch: dispatchTo(http.url),
    v2RequestFraming: { protocolVersion, clientInfo, clientCapabilities: capabilities },
    onInputRequest: createApplicationInputHandler({
      elicitation: async () => ({ action: 'accept', content: { copies: 3 } }),
      sampling: () => Promise.reject(new Error('Not asked for')),
      roots: async () => ({ roots: [] }),
    }),
  })
  return {
    session,
    async [Symbol.asyncDispose]() {
      await session.close()
      await client.close()
      await http.close()
      await cluster.close()
    },
  }
}

const protocolVersion = '2026-07-28'

function dispatchTo(url: string): RawClientDispatch {
  return async (request, { signal } = {}) => {
    const { method, params } = request as { method: string; params: Record<string, unknown> }
    assert.ok(metaKeys.clientCapabilities in (params['_meta'] as object))
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...requestHeaders(method, params, { protocolVersion }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: crypto.randomUUID(), method, params }),
      ...(signal && { signal }),
    })
    const text = await response.text()
    const events = [...text.matchAll(/^data: ?(.+)$/gm)].map(([, data]) => data ?? '')
    const { result, error } = JSON.parse(events.at(-1) ?? text)
    return error ? { kind: 'error', error } : { kind: 'result', result }
  }
}

test('[TASK-05, TASK-18] the official requester takes a task to its result', async () => {
  await using place = await visit()
  assert.equal(place.session.capabilities.execution, true)
  const execution = await place.session.callTool('quick')
  assert.equal(execution.kind, 'task')
  const { outcome } = await execution.settle()
  assert.equal(outcome.status, 'completed')
  assert.match(JSON.stringify(outcome), /done/)
})

test('[TASK-19] the official requester answers the questions of a task', async () => {
  await using place = await visit()
  const execution = await place.session.callTool('render', { page: 2 })
  const { outcome } = await execution.settle()
  assert.ok(outcome.status === 'completed')
  assert.deepEqual((outcome.result as Record<string, unknown>)['structuredContent'], { pages: 6 })
})

test('[TASK-20] the official requester cancels a task', async () => {
  await using place = await visit()
  aborted = 0
  const execution = await place.session.callTool('endless')
  await execution.cancel()
  const { outcome } = await execution.settle()
  assert.equal(outcome.status, 'cancelled')
})

test('the official requester is told of a failure, and of no secret', async () => {
  await using place = await visit()
  const failing = await (await place.session.callTool('broken')).settle()
  assert.equal(JSON.stringify(failing.outcome).includes('secret'), false)
  assert.equal(failing.outcome.status, 'failed')
})
