import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryStore, requestHeaders } from '@lutra/core'
import { tasksId } from '@lutra/extensions/tasks'
import { type Tool, tool } from '@lutra/server'
import { serveHttp } from '@lutra/server/serve-http'
import { z } from 'zod'
import { createCluster, type Instance, isEnded, send, sendAs } from './rig.ts'

const asking = tool({
  name: 'asking',
  description: 'Asks',
  task: true,
  run: async (_, ctx) => {
    const answer = await ctx.ask('who', 'Who?', z.object({ value: z.string() }))
    return answer.action === 'accept' ? answer.content.value : answer.action
  },
})

type Params = Record<string, unknown>
interface Outcome {
  readonly code?: number
  readonly message?: string
  readonly result?: Params
}
type Say = (method: string, params: Params) => Promise<Outcome>

/** The same words in memory and over HTTP. */
const wires: Readonly<Record<string, (instance: Instance) => Say>> = {
  memory: (instance) => async (method, params) => {
    try {
      return { result: await send(instance, method, params) }
    } catch (error) {
      const { code, message } = error as { code: number; message: string }
      return { code, message }
    }
  },
  HTTP: ({ server }) => {
    const serve = serveHttp(server)
    return async (method, params) => {
      const meta = { protocolVersion: '2026-07-28' }
      const _meta = {
        'io.modelcontextprotocol/protocolVersion': meta.protocolVersion,
        'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {
          elicitation: { form: {} },
          extensions: { [tasksId]: {} },
        },
      }
      const reply = await serve(
        new Request('http://localhost/mcp', {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            accept: 'application/json, text/event-stream',
            ...requestHeaders(method, params, meta),
          },
          body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } }),
        }),
      )
      const { error, result = {} } = (await reply.json()) as { error?: Outcome; result?: Params }
      return error ?? { result }
    }
  },
}

async function until(say: Say, taskId: unknown, will: (task: Params) => boolean): Promise<Params> {
  for (const end = Date.now() + 15_000; ; await new Promise((go) => setTimeout(go, 10))) {
    const { result = {} } = await say('tasks/get', { taskId })
    if (will(result)) return result
    if (Date.now() > end) throw new Error(`The task stays ${JSON.stringify(result)}`)
  }
}

const isParked = ({ status }: Params) => status === 'input_required'
const accept = (value: unknown) => ({ action: 'accept', content: { value } })
const methods = ['tasks/get', 'tasks/update', 'tasks/cancel']

for (const [wire, open] of Object.entries(wires)) {
  test(`[TASK-14] ids that name no task are all answered alike, whatever they are (${wire})`, async () => {
    const cluster = createCluster([asking] as Tool[])
    const say = open(cluster.start())
    const ids = [
      ['none', 'A'.repeat(32)],
      ['empty', ''],
      ['short', 'x'],
      ['huge', 'A'.repeat(5000)],
      ['NUL', `${'A'.repeat(31)}\0`],
      ['unicode', 'ä'.repeat(32)],
      ['emoji', '🦦'.repeat(16)],
      ['lone surrogate', `${'A'.repeat(31)}\ud800`],
      ['line break', `${'A'.repeat(31)}\n`],
      ['a path', '../'.repeat(10).padEnd(32, 'x')],
      ['a name of every object', '__proto__'],
      ['a pattern', '%'.repeat(32)],
    ] as const
    for (const [what, taskId] of ids) {
      for (const method of methods) {
        const { code, message } = await say(method, { taskId, inputResponses: {} })
        assert.equal(code, -32602, `${method} of ${what}: ${message}`)
        assert.equal(message, 'There is no such task, or it has expired', what)
      }
    }
    for (const taskId of [undefined, null, 7, true, {}, ['A'.repeat(32)]]) {
      for (const method of methods) {
        const { code, message = '' } = await say(method, { taskId, inputResponses: {} })
        assert.equal(code, -32602, `${method} of ${JSON.stringify(taskId)}`)
        assert.match(message, /expected "taskId" to be a string/)
      }
    }
    await cluster.close()
  })

  test(`[TASK-15] answers that nobody waits for, or of no form, do no harm (${wire})`, async () => {
    const cluster = createCluster([asking] as Tool[])
    const say = open(cluster.start())
    const { result: made = {} } = await say('tools/call', { name: 'asking' })
    const { taskId } = made
    await until(say, taskId, isParked)
    const update = (inputResponses: unknown) => say('tasks/update', { taskId, inputResponses })

    for (const none of [undefined, null, 'yes', 7, ['who']]) {
      const { code, message = '' } = await update(none)
      assert.equal(code, -32602)
      assert.match(message, /expected "inputResponses" to be an object/)
    }
    const notAsked = [
      {},
      { other: accept('x') },
      { 'who#2': accept('x') },
      JSON.parse('{"__proto__": {"action": "accept"}}'),
      { constructor: accept('x'), '': accept('x'), '\0': accept('x') },
    ]
    for (const one of notAsked) {
      assert.deepEqual((await update(one)).result?.['resultType'], 'complete')
      assert.equal((await until(say, taskId, () => true))['status'], 'input_required')
    }

    // What does not fit its form is asked again, under a key of its own.
    const { inputRequests: first } = await until(say, taskId, isParked)
    assert.deepEqual(Object.keys(first as object), ['who'])
    let key = 'who'
    for (const wrong of [accept(7), 'yes', null, 7, { action: 'perhaps' }, { action: 'accept' }]) {
      await update({ [key]: wrong })
      const answered = key
      const task = await until(say, taskId, (held) => {
        return isEnded(held as never) || !(answered in ((held['inputRequests'] as object) ?? {}))
      })
      const parked =
        task['status'] === 'working'
          ? await until(say, taskId, (held) => held['status'] !== 'working')
          : task
      assert.equal(
        parked['status'],
        'input_required',
        `${JSON.stringify(wrong)}: ${JSON.stringify(parked)}`,
      )
      const keys = Object.keys(parked['inputRequests'] as object)
      assert.equal(keys.length, 1)
      key = keys[0] ?? ''
    }

    await Promise.all([update({ [key]: accept('ann') }), update({ [key]: accept('bob') })])
    const ended = await until(say, taskId, (task) => isEnded(task as never))
    assert.equal(ended['status'], 'completed')
    const before = JSON.stringify(ended)
    // Repeated, and after the end: nothing changes.
    assert.equal((await update({ [key]: accept('eve') })).result?.['resultType'], 'complete')
    assert.equal((await say('tasks/cancel', { taskId })).result?.['resultType'], 'complete')
    assert.equal(JSON.stringify(await until(say, taskId, () => true)), before)
    await cluster.close()
  })

  test(`an expired task is none any more (${wire})`, async () => {
    let time = Date.now()
    const store = createMemoryStore(() => time)
    const cluster = createCluster([asking] as Tool[], { store, ttlMs: 60_000 })
    const say = open(cluster.start())
    const { result: made = {} } = await say('tools/call', { name: 'asking' })
    await until(say, made['taskId'], isParked)
    time += 61_000
    for (const method of methods) {
      const params = { taskId: made['taskId'], inputResponses: { who: accept('late') } }
      const { code, message } = await say(method, params)
      assert.equal(code, -32602)
      assert.equal(message, 'There is no such task, or it has expired')
    }
    await cluster.close()
  })
}

test('[TASK-28] a task of somebody else cannot be told from none, nor changed', async () => {
  const cluster = createCluster([asking] as Tool[])
  const one = cluster.start()
  const ann = sendAs({ subject: 'ann' })
  const { taskId } = await ann(one, 'tools/call', { name: 'asking' })
  for (const method of methods) {
    for (const other of [sendAs({ subject: 'bob' }), sendAs({ subject: 'ann ' }), send]) {
      const params = { taskId, inputResponses: { who: accept('mine') } }
      const foreign = await other(one, method, params).catch((error: unknown) => error)
      const none = await other(one, method, { ...params, taskId: 'B'.repeat(32) }).catch(
        (error: unknown) => error,
      )
      assert.deepEqual({ ...(foreign as Error) }, { ...(none as Error) })
      assert.equal((foreign as Error).message, (none as Error).message)
    }
  }
  const { status } = await ann(one, 'tasks/get', { taskId })
  assert.ok(status === 'working' || status === 'input_required', String(status))
  await cluster.close()
})
