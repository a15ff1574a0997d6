import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RpcError } from '../error.ts'
import { metaKeys } from '../meta.ts'
import { liftError, liftResult } from './lift-result.ts'

const serverInfo = { name: 'old', version: '1' }

test('a list of a legacy server becomes a complete result that is stale at once and private', () => {
  assert.deepEqual(liftResult('tools/list', { tools: [] }, serverInfo), {
    tools: [],
    resultType: 'complete',
    ttlMs: 0,
    cacheScope: 'private',
    _meta: { [metaKeys.serverInfo]: serverInfo },
  })
})

test('a result that nobody may cache gets no cache hints, and keeps its own _meta', () => {
  assert.deepEqual(liftResult('tools/call', { content: [], _meta: { a: 1 } }, serverInfo), {
    content: [],
    resultType: 'complete',
    _meta: { [metaKeys.serverInfo]: serverInfo, a: 1 },
  })
  assert.deepEqual(liftResult('tools/call', { content: [] }), {
    content: [],
    resultType: 'complete',
  })
})

test('a legacy result cannot pass itself off as a modern kind', () => {
  assert.equal(liftResult('tools/call', { resultType: 'task' }).resultType, 'complete')
})

test('[LEG-27] a missing resource is an error of the params, with the old error as its cause', () => {
  const old = new RpcError('No such resource', { code: -32002, data: { uri: 'a:b' } })
  const lifted = liftError(old)
  assert.equal(lifted.code, -32602)
  assert.equal(lifted.message, 'No such resource')
  assert.deepEqual(lifted.data, { uri: 'a:b' })
  assert.equal(lifted.cause, old)
})

test('every other error stays as it is', () => {
  const error = new RpcError('No', { code: -32042 })
  assert.equal(liftError(error), error)
})
