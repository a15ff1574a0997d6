import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Tool, tool } from '@lutra/server'
import { eventually } from '../eventually.ts'
import { createCluster, isEnded, send, sendAs, until } from './rig.ts'

/** A tool whose runs end when they are told to, and who began them. */
function gated(name: string, task: { readonly concurrency?: number } | true) {
  const begun: string[] = []
  const ends: (() => void)[] = []
  const made = tool({
    name,
    description: 'Ends when it is told to',
    task,
    run: async (_, ctx) => {
      begun.push(ctx.auth?.subject ?? 'nobody')
      await new Promise<void>((end) => ends.push(end))
      return 'done'
    },
  })
  return { tool: made as unknown as Tool, begun, end: () => ends.shift()?.() }
}

test('in one process run no more tasks than it, a caller and a tool may have, and callers take turns', async () => {
  const scarce = gated('scarce', { concurrency: 1 })
  const plenty = gated('plenty', true)
  const cluster = createCluster([scarce.tool, plenty.tool], {
    concurrency: { process: 3, principal: 2 },
  })
  const one = cluster.start()
  const ids: unknown[] = []
  const make = async (subject: string, name: string) => {
    ids.push((await sendAs({ subject })(one, 'tools/call', { name }))['taskId'])
  }
  for (let count = 0; count < 4; count++) await make('ann', 'plenty')
  await eventually(() => plenty.begun.length === 2, 'two of Ann')
  await make('bob', 'scarce')
  await eventually(() => scarce.begun.length === 1, 'one of Bob, though Ann has come before')
  for (const subject of ['bob', 'cid']) await make(subject, 'scarce')
  await make('dan', 'plenty')
  await pause(50)
  assert.deepEqual([plenty.begun, scarce.begun], [['ann', 'ann'], ['bob']])
  assert.equal(one.tasks.running, 3, 'and no more in the process')

  plenty.end()
  await eventually(() => plenty.begun.length === 3, 'one more')
  assert.equal(one.tasks.running, 3)
  for (let turns = 0; turns < 20 && plenty.begun.length + scarce.begun.length < 8; turns++) {
    const before = plenty.begun.length + scarce.begun.length
    scarce.end()
    plenty.end()
    await eventually(() => plenty.begun.length + scarce.begun.length > before, 'the next')
    assert.ok(one.tasks.running <= 3)
  }
  assert.deepEqual(plenty.begun.toSorted(), ['ann', 'ann', 'ann', 'ann', 'dan'])
  assert.notEqual(plenty.begun.at(-1), 'dan', 'Dan has not waited for all that Ann made before')
  while (one.tasks.running > 0) {
    plenty.end()
    scarce.end()
    await pause(5)
  }
  await cluster.close()
})

test('the limits are those of one process: another one adds its own', async () => {
  const { tool, begun, end } = gated('gated', { concurrency: 1 })
  const cluster = createCluster([tool])
  const [one] = [cluster.start(), cluster.start()]
  for (let count = 0; count < 3; count++) await send(one, 'tools/call', { name: 'gated' })
  await eventually(() => begun.length === 2, 'one in each')
  await pause(100)
  assert.equal(begun.length, 2)
  end()
  await eventually(() => begun.length === 3, 'the last one')
  end()
  end()
  await cluster.close()
})

test('the older a task, the longer its caller is told to wait before it asks again', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const { tool, end, begun } = gated('gated', { concurrency: 9 })
  const cluster = createCluster([tool])
  const wanted = [
    [0, 500],
    [60_000, 3000],
    [3_600_000, 10_000],
  ] as const
  for (const [age, wait] of wanted) {
    const then = cluster.start({ run: false, now: () => Date.now() - age })
    const { taskId } = await send(then, 'tools/call', { name: 'gated' })
    const { pollIntervalMs } = await send(then, 'tasks/get', { taskId })
    assert.equal(pollIntervalMs, wait, `at an age of ${age} ms`)
    if (age > 0) continue
    const running = cluster.start()
    await eventually(() => begun.length === 1, 'a run')
    end()
    assert.equal('pollIntervalMs' in (await until(running, taskId, isEnded)), false)
    await running.tasks.close?.()
  }
  await cluster.close()
})

test('a run that takes longer than it may is told to stop, and its task fails', async () => {
  let told: unknown
  const slow = tool({
    name: 'slow',
    description: 'Never ends',
    task: { timeoutMs: 30 },
    run: (_, ctx) =>
      new Promise<never>((_resolve, reject) => {
        ctx.signal.addEventListener('abort', () => {
          told = ctx.signal.reason
          reject(ctx.signal.reason)
        })
      }),
  })
  const cluster = createCluster([slow] as unknown as Tool[], { onError() {} })
  const one = cluster.start()
  const { taskId } = await send(one, 'tools/call', { name: 'slow' })
  const { status, statusMessage } = await until(one, taskId, isEnded)
  assert.deepEqual([status, statusMessage], ['failed', 'The task took more than 30 ms'])
  assert.ok(told instanceof Error && told.message === statusMessage, 'its signal says the same')
  await cluster.close()
})

test('after a restart a caller with more tasks than are kept in mind hides nobody', async () => {
  const plenty = gated('plenty', true)
  const cluster = createCluster([plenty.tool], { concurrency: { process: 1, principal: 1 } })
  const front = cluster.start({ run: false })
  for (let count = 0; count < 300; count++) {
    await sendAs({ subject: 'ann' })(front, 'tools/call', { name: 'plenty' })
  }
  await sendAs({ subject: 'bob' })(front, 'tools/call', { name: 'plenty' })
  cluster.start({ scanMs: 20 })
  await eventually(() => plenty.begun.length === 1, 'the first')
  // By then all of the list was looked at.
  await pause(200)
  plenty.end()
  await eventually(() => plenty.begun.length === 2, 'the second')
  assert.deepEqual(plenty.begun, ['ann', 'bob'])
  plenty.end()
  await cluster.close()
})
