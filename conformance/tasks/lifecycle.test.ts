import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { handedOver, type Result, RetryError } from '@lutra/core'
import { type Tool, ToolError, tool } from '@lutra/server'
import { z } from 'zod'
import { eventually } from '../eventually.ts'
import { createCluster, isEnded, send, sendAs, until } from './rig.ts'

const some: Tool[] = []
function on(...tools: readonly unknown[]) {
  return createCluster([...some, ...(tools as Tool[])])
}

const render = tool({
  name: 'render',
  description: 'Takes a while',
  input: z.object({ ms: z.number().default(20) }),
  task: true,
  run: async ({ ms }, ctx) => {
    ctx.progress(1, 2, 'Half of it')
    await pause(ms, undefined, { signal: ctx.signal })
    return `done in ${ms}`
  },
})

test('[TASK-07, TASK-08, TASK-09, TASK-12] a call becomes a task that is there at once and ends with what the call would have returned', async () => {
  const cluster = on(render)
  const one = cluster.start()
  const made = await send(one, 'tools/call', { name: 'render', arguments: { ms: 30 } })
  assert.equal(made.resultType, 'task')
  assert.equal(made['status'], 'working')
  for (const absent of ['result', 'error', 'inputRequests', 'requestState', 'task']) {
    assert.ok(!(absent in made), absent)
  }
  assert.ok(Number.isInteger(made['ttlMs']))
  const { taskId } = made
  assert.equal((await send(one, 'tasks/get', { taskId }))['taskId'], taskId)
  const task = await until(one, taskId, isEnded)
  assert.equal(task.resultType, 'complete')
  assert.equal(task['status'], 'completed')
  const { content } = task['result'] as { content: unknown }
  assert.deepEqual(content, [{ type: 'text', text: 'done in 30' }])
  assert.equal(task['statusMessage'] ?? 'Half of it (1 of 2)', 'Half of it (1 of 2)')
  await cluster.close()
})

test('[TASK-02, TASK-03, TASK-04] who does not declare the extension gets no task', async () => {
  const required = tool({ name: 'must', description: '', task: 'required', run: () => 'x' })
  const cluster = on(render, required)
  const one = cluster.start()
  const plain = sendAs({ declares: false })
  const params = { name: 'render', arguments: { ms: 1 } }
  assert.equal((await plain(one, 'tools/call', params)).resultType, 'complete')
  const refused = {
    code: -32021,
    data: { requiredCapabilities: { extensions: { 'io.modelcontextprotocol/tasks': {} } } },
  }
  await assert.rejects(plain(one, 'tools/call', { name: 'must' }), refused)
  for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
    await assert.rejects(plain(one, method, { taskId: 'x', inputResponses: {} }), refused)
  }
  await assert.rejects(send(one, 'tasks/result', { taskId: 'x' }), { code: -32601 })
  await assert.rejects(send(one, 'tasks/list', {}), { code: -32601 })
  await cluster.close()
})

test('[TASK-14, TASK-28] a task is there for who made it, and for nobody else', async () => {
  const cluster = on(render)
  const one = cluster.start()
  const ann = sendAs({ subject: 'ann' })
  const { taskId } = await ann(one, 'tools/call', { name: 'render', arguments: {} })
  assert.equal(String(taskId).length, 32)
  assert.equal((await ann(one, 'tasks/get', { taskId }))['taskId'], taskId)
  const unknown = { code: -32602, message: 'There is no such task, or it has expired' }
  for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
    for (const other of [sendAs({ subject: 'bob' }), send]) {
      await assert.rejects(other(one, method, { taskId, inputResponses: {} }), unknown)
    }
    for (const id of ['', 'x', '../../etc', 'a'.repeat(32), '__proto__']) {
      await assert.rejects(ann(one, method, { taskId: id, inputResponses: {} }), unknown)
    }
    await assert.rejects(ann(one, method, { taskId: 7, inputResponses: {} }), {
      code: -32602,
    })
  }
  await cluster.close()
})

test('[TASK-11, TASK-12] what goes wrong in a tool is a result, what goes wrong in a server is an error', async () => {
  const bad = tool({
    name: 'bad',
    description: '',
    task: true,
    run: () => {
      throw new ToolError('No such file')
    },
  })
  const worse = tool({
    name: 'worse',
    description: '',
    task: true,
    run: () => {
      throw new Error('the password is hunter2')
    },
  })
  const cluster = createCluster([bad, worse] as Tool[], { onError() {} })
  const one = cluster.start()
  const failing = await send(one, 'tools/call', { name: 'bad' })
  const failed = await until(one, failing['taskId'], isEnded)
  assert.equal(failed['status'], 'completed')
  assert.equal((failed['result'] as { isError?: boolean }).isError, true)
  const broken = await until(
    one,
    (await send(one, 'tools/call', { name: 'worse' }))['taskId'],
    isEnded,
  )
  assert.equal(broken['status'], 'failed')
  assert.deepEqual(Object.keys(broken['error'] as object), ['code', 'message'])
  assert.doesNotMatch(JSON.stringify(broken), /hunter2/)
  assert.ok(!('result' in broken))
  await cluster.close()
})

test('[TASK-13, TASK-15, TASK-16] a task waits for its answers, takes them in parts, and never asks twice under one key', async () => {
  const asking = tool({
    name: 'asking',
    description: '',
    task: true,
    run: async (_, ctx) => {
      const size = z.object({ size: z.number().int() })
      const [a, b] = await Promise.all([ctx.ask('a', 'A?', size), ctx.ask('b', 'B?', size)])
      const c = await ctx.ask('c', 'C?', size)
      return [a, b, c].map((one) => (one.action === 'accept' ? one.content.size : 0))
    },
  })
  const cluster = on(asking)
  const [one, two] = [cluster.start(), cluster.start()]
  const { taskId } = await send(one, 'tools/call', { name: 'asking' })
  const waits = (task: Result) => task['status'] === 'input_required'
  const parked = await until(two, taskId, waits)
  assert.deepEqual(Object.keys(parked['inputRequests'] as object).sort(), ['a', 'b'])
  const accept = (size: unknown) => ({ action: 'accept', content: { size } })
  const update = (inputResponses: object) => send(two, 'tasks/update', { taskId, inputResponses })
  const ack = await update({ a: accept(1), nobody: accept(9) })
  assert.deepEqual(Object.keys(ack).sort(), ['_meta', 'resultType'])
  const part = await send(one, 'tasks/get', { taskId })
  assert.deepEqual(Object.keys(part['inputRequests'] as object), ['b'])
  // A second answer under the same key comes too late; one that does not fit is asked for again, under another key.
  await update({ a: accept(7), b: accept('large') })
  const again = await until(
    one,
    taskId,
    (task) => 'b#2' in ((task['inputRequests'] ?? {}) as object),
  )
  assert.deepEqual(Object.keys(again['inputRequests'] as object), ['b#2'])
  await update({ 'b#2': accept(2) })
  await until(one, taskId, (task) => 'c' in ((task['inputRequests'] ?? {}) as object))
  await update({ c: accept(3) })
  const ended = await until(two, taskId, isEnded)
  assert.deepEqual((ended['result'] as { structuredContent: unknown }).structuredContent, [1, 2, 3])
  await update({ c: accept(4) })
  await cluster.close()
})

test('[TASK-17] cancelling reaches a task wherever it runs, and may be repeated', async () => {
  let begun = 0
  let aborted = 0
  const endless = tool({
    name: 'endless',
    description: '',
    task: true,
    run: (_, ctx) => {
      begun++
      return new Promise(() => ctx.signal.addEventListener('abort', () => aborted++))
    },
  })
  const cluster = on(endless)
  cluster.start()
  const other = cluster.start({ run: false })
  const { taskId } = await send(other, 'tools/call', { name: 'endless' })
  await eventually(() => begun === 1, 'a run')
  for (let times = 0; times < 2; times++) await send(other, 'tasks/cancel', { taskId })
  assert.equal((await until(other, taskId, isEnded))['status'], 'cancelled')
  await send(other, 'tasks/cancel', { taskId })
  await eventually(() => aborted > 0, 'the run is told')
  await cluster.close()
  assert.equal(aborted, 1)
})

test('a task that its process leaves is taken up by another after its last finished step', async () => {
  const ran: string[] = []
  const leave: { now?: () => void } = {}
  const steps = tool({
    name: 'steps',
    description: '',
    task: true,
    run: async (_, ctx) => {
      const first = await ctx.step('first', () => {
        ran.push('first')
        return 41
      })
      // The first process hangs here for ever.
      if (ran.length === 1) await new Promise<void>((go) => (leave.now = go))
      return ctx.step('second', () => {
        ran.push('second')
        return first + 1
      })
    },
  })
  const cluster = on(steps)
  const dying = cluster.start({ graceMs: 0 })
  const { taskId } = await send(dying, 'tools/call', { name: 'steps' })
  await until(dying, taskId, () => ran.length === 1)
  await dying.tasks.close?.()
  ran.push('died')
  const heir = cluster.start()
  const ended = await until(heir, taskId, isEnded)
  assert.equal((ended['result'] as { structuredContent: unknown }).structuredContent, 42)
  assert.deepEqual(ran, ['first', 'died', 'second'])
  // The end is told first, and then cleared up after.
  const left = () => Promise.all(['tasks.step', 'tasks.wait'].map((at) => cluster.store.list(at)))
  await eventually(async () => (await left()).flat().length === 0, 'nothing is left of it')
  await cluster.close()
})

test('an error that is worth it is tried again, so often and no more', async () => {
  let runs = 0
  const flaky = (name: string, retries: number) =>
    tool({
      name,
      description: '',
      task: { retries, backoffMs: 1, retryable: (error) => String(error).includes('busy') },
      run: () => {
        runs++
        if (runs < 4) throw new Error('busy')
        return 'at last'
      },
    })
  const later = tool({
    name: 'later',
    description: '',
    task: true,
    run: () => {
      if (++runs === 1) throw new RetryError('not yet', { afterMs: 1 })
      return 'now'
    },
  })
  const cluster = createCluster([flaky('often', 3), flaky('once', 1), later] as Tool[], {
    onError() {},
  })
  const one = cluster.start()
  const end = async (name: string) => {
    runs = 0
    const { taskId } = await send(one, 'tools/call', { name })
    return [(await until(one, taskId, isEnded))['status'], runs]
  }
  assert.deepEqual(await end('often'), ['completed', 4])
  assert.deepEqual(await end('once'), ['failed', 2])
  assert.deepEqual(await end('later'), ['completed', 2])
  await cluster.close()
})

test('a task that takes longer than it may fails', async () => {
  const slow = tool({
    name: 'slow',
    description: '',
    task: { timeoutMs: 20 },
    run: () => new Promise(() => {}),
  })
  const cluster = createCluster([slow] as Tool[], { onError() {} })
  const one = cluster.start()
  const { taskId } = await send(one, 'tools/call', { name: 'slow' })
  assert.equal((await until(one, taskId, isEnded))['status'], 'failed')
  await cluster.close()
})

test('a task is ended from outside of any call', async () => {
  const ids: string[] = []
  const outside = tool({
    name: 'outside',
    description: '',
    task: 'required',
    run: async (_, ctx) => {
      await ctx.step('submit', () => void ids.push(ctx.task?.id ?? ''))
      return handedOver
    },
  })
  const cluster = on(outside)
  const one = cluster.start()
  const { taskId } = await send(one, 'tools/call', { name: 'outside' })
  await until(one, taskId, () => ids.length === 1 && one.tasks.running === 0)
  await one.tasks.progress(String(taskId), 'In the queue')
  assert.equal((await send(one, 'tasks/get', { taskId }))['statusMessage'], 'In the queue')
  const result = { content: [{ type: 'text', text: 'from a webhook' }] }
  assert.equal(await one.tasks.complete(String(taskId), result), true)
  assert.equal(await one.tasks.complete(String(taskId), result), false)
  assert.equal(await one.tasks.fail(String(taskId), { message: 'late' }), false)
  const ended = await send(one, 'tasks/get', { taskId })
  assert.deepEqual(
    [ended['status'], ended['result']],
    ['completed', { ...result, resultType: 'complete' }],
  )
  assert.deepEqual(ids, [taskId])
  await cluster.close()
})

test('[TASK-10] what a call has asked before there was a task is known to the task', async () => {
  const careful = tool({
    name: 'careful',
    description: '',
    task: async (_, ctx) => {
      await ctx.ask('name', 'Who?', z.object({ name: z.string() }))
      return true
    },
    run: async (_, ctx) => {
      const answer = await ctx.ask('name', 'Who?', z.object({ name: z.string() }))
      return answer.action === 'accept' ? answer.content.name : '?'
    },
  })
  const cluster = on(careful)
  const one = cluster.start()
  const asked = await send(one, 'tools/call', { name: 'careful' })
  assert.equal(asked.resultType, 'input_required')
  assert.ok(!('taskId' in asked))
  const made = await send(one, 'tools/call', {
    name: 'careful',
    requestState: asked['requestState'],
    inputResponses: { name: { action: 'accept', content: { name: 'Ada' } } },
  })
  assert.equal(made.resultType, 'task')
  const ended = await until(one, made['taskId'], isEnded)
  assert.match(JSON.stringify(ended['result']), /Ada/)
  await cluster.close()
})
