import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { ClientOptions } from '@lutra/client'
import { connect } from '@lutra/client/connect'
import { type FollowOptions, followTasks, resumeTask } from '@lutra/extensions/tasks'

const task = { taskId: 'one', createdAt: 'now', lastUpdatedAt: 'now', ttlMs: null }
const form = { message: 'Who?', requestedSchema: { type: 'object', properties: {} } }
const question = { method: 'elicitation/create', params: form }

/** A server whose one task asks this, again and again, until it is answered often enough, or cancelled. */
async function place(inputRequests: (round: number) => unknown, rounds = 1) {
  const seen: string[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const { id, method } = JSON.parse(text) as { id: number; method: string }
    const round = seen.filter((one) => one === 'tasks/update').length
    seen.push(method)
    const done = { status: 'completed', result: { content: [{ type: 'text', text: 'done' }] } }
    const asks = { status: 'input_required', inputRequests: inputRequests(round) }
    const told = {
      resultType: method === 'tools/call' ? 'task' : 'complete',
      ...(method === 'server/discover'
        ? { supportedVersions: ['2026-07-28'], capabilities: { tools: {} } }
        : {
            ...task,
            ...(method === 'tools/call' ? { status: 'working' } : round >= rounds ? done : asks),
          }),
    }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: told }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const count = (method: string) => seen.filter((one) => one === method).length
  return {
    count,
    /** Whether the task was cancelled, which is sent beside the error of the call. */
    async cancelled() {
      for (const end = Date.now() + 5000; count('tasks/cancel') === 0 && Date.now() < end; ) {
        await new Promise((go) => setTimeout(go, 10))
      }
      return count('tasks/cancel')
    },
    open: (options: ClientOptions & { follow?: FollowOptions } = {}) =>
      connect(`http://127.0.0.1:${port}/mcp`, {
        era: 'modern',
        extensions: [followTasks({ pollIntervalMs: 20, ...options.follow })],
        answer: { elicit: async () => ({ action: 'accept', content: {} }) },
        ...options,
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

const many = () =>
  Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`q${at}`, question] as const))
const bad: Record<string, () => unknown> = {
  'that is no object': () => ({ q: 7 }),
  'of no method there is': () => ({ q: { method: 'tools/call', params: {} } }),
  'with params that are none': () => ({ q: { ...question, params: [] } }),
  'whose form is none': () => ({ q: { ...question, params: { message: 'x' } } }),
  'that stand in no object': () => [question],
  'of which there are too many': many,
}

for (const [what, ask] of Object.entries(bad)) {
  test(`a call fails over questions ${what}, and its task is cancelled`, async () => {
    await using there = await place(ask)
    await using client = await there.open()
    await assert.rejects(client.callTool('work', {}))
    assert.equal(await there.cancelled(), 1)
    assert.equal(there.count('tasks/update'), 0)
  })
}

test('a task is cancelled whose question nobody could answer, and one whose call is given up meanwhile', async () => {
  await using there = await place(() => ({ q: question }))
  const elicit = () => Promise.reject(new Error('no terminal'))
  await using client = await there.open({ answer: { elicit } })
  await assert.rejects(client.callTool('work', {}), /no terminal/)
  assert.equal(await there.cancelled(), 1)

  await using other = await place(() => ({ q: question }))
  const control = new AbortController()
  const slow: NonNullable<ClientOptions['answer']>['elicit'] = (_, { signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
      control.abort(new Error('enough'))
    })
  await using waiting = await other.open({ answer: { elicit: slow } })
  await assert.rejects(waiting.callTool('work', {}, { signal: control.signal }), /enough/)
  assert.equal(await other.cancelled(), 1)
})

test('a task goes on that was to be left alone, or that its caller has by hand', async () => {
  await using there = await place(() => ({ q: 7 }))
  await using detached = await there.open({ follow: { onAbort: 'detach' } })
  await assert.rejects(detached.callTool('work', {}))
  await using client = await there.open()
  await assert.rejects(resumeTask(client, 'one', 'work').result())
  await client.request('tools/list').catch(() => {})
  assert.equal(there.count('tasks/cancel'), 0)
})

test('a task asks as often as maxRounds allows, and is cancelled where it goes on', async () => {
  await using there = await place((round) => ({ [`q${round}`]: question }), 12)
  await using client = await there.open()
  await assert.rejects(client.callTool('work', {}), /more than 10 times; raise maxRounds/)
  assert.equal(await there.cancelled(), 1)

  await using other = await place((round) => ({ [`q${round}`]: question }), 12)
  await using patient = await other.open({ maxRounds: 12 })
  assert.deepEqual((await patient.callTool('work', {})).content, [{ type: 'text', text: 'done' }])
  assert.equal(other.count('tasks/update'), 12)
  assert.equal(other.count('tasks/cancel'), 0)
})
