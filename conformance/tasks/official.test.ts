import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Tool, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import { z } from 'zod'
import { openRequester } from './requester.ts'
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

/** A server over HTTP, and the official requester in front of it. */
async function visit() {
  const cluster = createCluster([render, quick, broken, endless] as Tool[])
  const { server } = cluster.start()
  const http = await serveNode(server).listen()
  const requester = await openRequester([http.url])
  return {
    session: requester.session,
    async [Symbol.asyncDispose]() {
      await requester.close()
      await http.close()
      await cluster.close()
    },
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
