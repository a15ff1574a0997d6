import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryStore, type Result, type Store, StoreError } from '@lutra/core'
import { type Tool, tool } from '@lutra/server'
import { z } from 'zod'
import { eventually } from '../eventually.ts'
import { createCluster, isEnded, send, until } from './rig.ts'

/** An engine that takes less than ours, as some do. */
function small(bytes: number): Store {
  const store = createMemoryStore()
  return {
    ...store,
    async set(key, value, options) {
      if (JSON.stringify(value).length <= bytes) return store.set(key, value, options)
      throw new StoreError(`Expected a value of at most ${bytes} bytes of JSON`, {
        code: 'invalid',
      })
    },
  }
}

const big = 'x'.repeat(30_000)
let stepRuns = 0
const tools = [
  tool({ name: 'result', description: '', task: true, run: () => big }),
  tool({
    name: 'step',
    description: '',
    task: true,
    run: async (_, ctx) => {
      await ctx.step('small', () => 1)
      await ctx.step('big', () => {
        stepRuns++
        return big
      })
      return 'never'
    },
  }),
  tool({
    name: 'question',
    description: '',
    task: true,
    run: async (_, ctx) => {
      await ctx.ask('which', big, z.object({ value: z.string() }))
      return 'never'
    },
  }),
  tool({
    name: 'asking',
    description: '',
    task: true,
    run: async (_, ctx) => {
      const answer = await ctx.ask('which', 'Which?', z.object({ value: z.string() }))
      return answer.action === 'accept' ? answer.content.value : answer.action
    },
  }),
  tool({
    name: 'echo',
    description: '',
    task: true,
    input: z.object({ text: z.string() }),
    run: ({ text }) => text,
  }),
] as unknown as readonly Tool[]

function start(store: Store) {
  const told: unknown[] = []
  const cluster = createCluster(tools, { store, onError: (error) => told.push(error) })
  return { cluster, one: cluster.start(), told }
}

const messageOf = ({ error }: Result) => (error as { message?: string } | undefined)?.message ?? ''

test('a result, a step or a question that the engine does not take ends its task, and says why', async () => {
  const { cluster, one, told } = start(small(20_000))
  for (const [name, words] of [
    ['result', /^What this task came to, its result or its questions, is larger than/],
    ['question', /^What this task came to, its result or its questions, is larger than/],
    [
      'step',
      /^The result of step "big" cannot be kept: Expected a value of at most 20000 bytes of JSON\. Keep it elsewhere/,
    ],
  ] as const) {
    const { taskId } = await send(one, 'tools/call', { name })
    const task = await until(one, taskId, isEnded)
    assert.equal(task['status'], 'failed', name)
    assert.match(messageOf(task), words)
    assert.equal(task['statusMessage'], messageOf(task))
  }
  assert.equal(stepRuns, 1, 'it is not tried again')
  assert.match(String(told[0]), /What this task came to.*: Expected a value of at most 20000 bytes/)
  const isListed = async () => (await cluster.store.list('tasks.wait')).length > 0
  await eventually(async () => !(await isListed()), 'none is on the list')
  await cluster.close()
})

test('arguments and answers that the engine does not take are refused, and the task stays as it was', async () => {
  const { cluster, one } = start(small(20_000))
  const call = { name: 'echo', arguments: { text: big } }
  await assert.rejects(send(one, 'tools/call', call), {
    code: -32602,
    message: 'This call is larger than what can be kept as a task',
  })
  assert.deepEqual(await cluster.store.list(''), [])

  const { taskId } = await send(one, 'tools/call', { name: 'asking' })
  await until(one, taskId, ({ status }) => status === 'input_required')
  const answer = (value: string) => ({ which: { action: 'accept', content: { value } } })
  await assert.rejects(send(one, 'tasks/update', { taskId, inputResponses: answer(big) }), {
    code: -32602,
    message: 'These answers are larger than what can be kept of a task',
  })
  assert.equal((await send(one, 'tasks/get', { taskId }))['status'], 'input_required')
  await send(one, 'tasks/update', { taskId, inputResponses: answer('short') })
  const { result } = await until(one, taskId, isEnded)
  assert.match(JSON.stringify(result), /short/)
  await cluster.close()
})

test('the largest that our own engines take is 16 MiB', async () => {
  const { cluster, one } = start(createMemoryStore())
  const text = 'x'.repeat(16 * 1024 * 1024)
  await assert.rejects(send(one, 'tools/call', { name: 'echo', arguments: { text } }), {
    code: -32602,
  })
  await cluster.close()
})

test('a store without room fails what is new and keeps what is old, until there is room', async () => {
  let isFull = false
  const memory = createMemoryStore()
  const store: Store = {
    ...memory,
    async set(key, value, options) {
      if (isFull) throw new StoreError('No space is left', { code: 'full' })
      return memory.set(key, value, options)
    },
  }
  const { cluster, one } = start(store)
  const { taskId } = await send(one, 'tools/call', { name: 'asking' })
  await until(one, taskId, ({ status }) => status === 'input_required')
  isFull = true
  await assert.rejects(send(one, 'tools/call', { name: 'result' }), {
    code: -32603,
    message: /^The store has no room left \(/,
  })
  const inputResponses = { which: { action: 'accept', content: { value: 'kept' } } }
  await assert.rejects(send(one, 'tasks/update', { taskId, inputResponses }), {
    message: /^The store has no room left \(/,
  })
  assert.equal((await send(one, 'tasks/get', { taskId }))['status'], 'input_required')
  isFull = false
  await send(one, 'tasks/update', { taskId, inputResponses })
  assert.equal((await until(one, taskId, isEnded))['status'], 'completed')
  await cluster.close()
})

test('what a task comes to while there is no room is kept once there is', async () => {
  let isFull = false
  let runs = 0
  const memory = createMemoryStore()
  const store: Store = {
    ...memory,
    async set(key, value, options) {
      if (isFull) throw new StoreError('No space is left', { code: 'full' })
      return memory.set(key, value, options)
    },
  }
  const work = tool({
    name: 'work',
    description: '',
    task: true,
    run: () => {
      runs++
      isFull = true
      setTimeout(() => {
        isFull = false
      }, 300)
      return 'done'
    },
  })
  const cluster = createCluster([work] as unknown as Tool[], { store, onError() {}, leaseMs: 5000 })
  const one = cluster.start()
  const { taskId } = await send(one, 'tools/call', { name: 'work' })
  assert.equal((await until(one, taskId, isEnded))['status'], 'completed')
  assert.equal(runs, 1)
  await cluster.close()
})
