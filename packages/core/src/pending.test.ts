import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RpcError } from './error.ts'
import type { Message, ResultMessage } from './message.ts'
import { createPending } from './pending.ts'

function setUp() {
  const sent: Message[] = []
  return { sent, pending: createPending((message) => void sent.push(message)) }
}

test('matches answers to requests in any order, by the id with its type', async () => {
  const { sent, pending } = setUp()
  const first = pending.ask('a', {})
  const second = pending.ask('b', (id) => ({ token: id }))
  assert.deepEqual(sent[1], { jsonrpc: '2.0', id: 2, method: 'b', params: { token: 2 } })
  assert.equal(pending.settle({ jsonrpc: '2.0', id: '1', result: {} }), false)
  assert.equal(pending.settle({ jsonrpc: '2.0', id: 2, result: { b: 1 } }), true)
  pending.settle({ jsonrpc: '2.0', id: 1, error: { code: -1, message: 'no', data: 7 } })
  assert.deepEqual(await second, { b: 1 })
  await assert.rejects(first, (error: RpcError) => error.code === -1 && error.data === 7)
  assert.equal(pending.settle({ jsonrpc: '2.0', id: 1, result: {} }), false)
  assert.equal(pending.size, 0)
})

test('[UTIL-06] an abort ends the wait and tells the peer once', async () => {
  const { sent, pending } = setUp()
  const control = new AbortController()
  const hanging = pending.ask('slow', {}, { signal: control.signal })
  control.abort(new Error('enough'))
  await assert.rejects(hanging, /enough/)
  await assert.rejects(pending.ask('late', {}, { signal: control.signal }), /enough/)
  assert.deepEqual(sent.slice(1), [
    {
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: 1, reason: 'enough' },
    },
  ])
})

test('[UTIL-06] an abort after the answer says nothing', async () => {
  const { sent, pending } = setUp()
  const control = new AbortController()
  const asked = pending.ask('quick', {}, { signal: control.signal })
  pending.settle({ jsonrpc: '2.0', id: 1, result: {} })
  await asked
  control.abort()
  assert.equal(sent.length, 1)
})

test('a lost peer fails what waits and what comes later', async () => {
  const { pending } = setUp()
  const waiting = pending.ask('a', {})
  pending.fail(new Error('gone'))
  await assert.rejects(waiting, /gone/)
  await assert.rejects(pending.ask('b', {}), /gone/)
})

test('a message that cannot be sent rejects its request', async () => {
  const pending = createPending(async () => {
    throw new Error('broken pipe')
  })
  await assert.rejects(pending.ask('a', {}), /broken pipe/)
  assert.equal(pending.size, 0)
})

test('a response with both fields counts by the one that is filled', async () => {
  const { pending } = setUp()
  const good = pending.ask('a', {})
  const bad = pending.ask('b', {})
  pending.settle({
    jsonrpc: '2.0',
    id: 1,
    result: { a: 1 },
    error: null,
  } as unknown as ResultMessage)
  const error = { code: 7, message: 'no' }
  pending.settle({ jsonrpc: '2.0', id: 2, result: null, error } as unknown as ResultMessage)
  assert.deepEqual(await good, { a: 1 })
  await assert.rejects(bad, (reason: RpcError) => reason.code === 7)
})
