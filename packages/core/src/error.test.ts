import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ErrorCode, invalidParams, RpcError, toRpcError } from './error.ts'

test('copies of the package in one process know each other’s errors', async () => {
  const path = './error.ts?another-copy'
  const copy = (await import(path)) as typeof import('./error.ts')
  assert.notEqual(copy.RpcError, RpcError)
  const foreign = copy.invalidParams('No such city', { city: 'X' })
  assert.equal(foreign instanceof RpcError, true)
  assert.equal(
    toRpcError(foreign),
    foreign,
    'it reaches the peer as it is, not as an internal error',
  )
})

test('what only looks like an error of the protocol is none', () => {
  const lookalike = Object.assign(new Error('secret'), { name: 'RpcError', code: 1 })
  assert.equal(lookalike instanceof RpcError, false)
  assert.equal(toRpcError(lookalike).code, ErrorCode.internal)
  for (const value of [undefined, null, 1, 'RpcError', {}]) {
    assert.equal((value as unknown) instanceof RpcError, false)
  }
})

test('a class made from it is told from it', () => {
  class Busy extends RpcError {}
  assert.equal(new Busy('Come later', { code: 1 }) instanceof RpcError, true)
  assert.equal(invalidParams('x') instanceof Busy, false)
  assert.equal(new Busy('Come later', { code: 1 }) instanceof Busy, true)
})
