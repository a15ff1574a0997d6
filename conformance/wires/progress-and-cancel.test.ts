import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { LogEntry, Progress } from '@lutra/client'
import { verifies } from './verifies.ts'
import { talkingWires } from './wires.ts'

verifies(
  '[UTIL-02, UTIL-03, UTIL-04, HTTP-17] progress grows, and ends with the result',
  async (client, wire) => {
    const told: Progress[] = []
    const { text } = await client.call(
      'count',
      { to: 4 },
      { onProgress: (one: Progress) => told.push(one) },
    )
    const heard = told.length
    assert.equal(text, 'counted')
    assert.deepEqual(
      told.map(({ progress, total }) => [progress, total]),
      [1, 2, 3, 4].map((at) => [at, 4]),
    )
    if (wire.revision >= '2025-03-26') assert.equal(told[0]?.message, '1 of 4')
    await pause(20)
    assert.equal(told.length, heard)
  },
)

verifies('[UTIL-02] each of several calls hears of its own progress', async (client) => {
  const ends = [1, 2, 3, 4, 5]
  const told = ends.map((): number[] => [])
  const call = (to: number, at: number) =>
    client.call(
      'count',
      { to },
      { onProgress: ({ progress }: Progress) => told[at]?.push(progress) },
    )
  await Promise.all(ends.map(call))
  assert.deepEqual(
    told,
    ends.map((end) => ends.slice(0, end)),
  )
})

verifies(
  '[UTIL-33, UTIL-34, UTIL-35] log messages come to who asked, from the level that was asked for',
  async (client, wire) => {
    const told: LogEntry[] = []
    const onLog = (entry: LogEntry) => told.push(entry)
    await client.call('chatter', {}, { onLog, logLevel: 'warning' })
    const levels = told.map(({ level }) => level)
    assert.deepEqual(levels, ['warning', 'error'])
    if (wire.era === 'legacy') return
    told.length = 0
    await client.call('chatter')
    assert.deepEqual(told, [])
  },
)

verifies(
  '[HTTP-24, STDIO-10, UTIL-09, LEG-28] a call that is given up is aborted, and the server goes on',
  async (client) => {
    const giving = new AbortController()
    const call = client.callTool('hang', {}, { signal: giving.signal })
    while ((await client.call('begun')).text === '0') await pause(5)
    giving.abort(new Error('enough'))
    await assert.rejects(call, /enough/)
    let given = '0'
    while (given === '0') {
      await pause(5)
      given = (await client.call('given_up')).text
    }
    assert.equal(given, '1')
  },
  { on: talkingWires },
)

verifies('a call that was given up before it began is not made', async (client) => {
  await assert.rejects(
    client.callTool('hang', {}, { signal: AbortSignal.abort(new Error('no')) }),
    /no/,
  )
  assert.equal((await client.call('given_up')).text, '0')
})

verifies('[UTIL-11] progress extends the time that a call may take', async (client) => {
  const { text } = await client.call('work', { steps: 40 }, { timeoutMs: 600, onProgress() {} })
  assert.equal(text, 'worked')
})

verifies(
  '[UTIL-07, UTIL-11] time runs out without progress, and in the end with it',
  async (client) => {
    await assert.rejects(client.callTool('hang', {}, { timeoutMs: 50 }), { name: 'TimeoutError' })
    const capped = { timeoutMs: 300, maxTimeoutMs: 400, onProgress() {} }
    await assert.rejects(client.callTool('work', { steps: 1000 }, capped), { name: 'TimeoutError' })
    assert.equal((await client.call('echo', { text: 'on' })).text, 'on')
  },
)
