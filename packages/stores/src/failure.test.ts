import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failed as failedPostgres, isPassing as passes } from './postgres/failure.ts'
import { failed as failedRedis, isPassing as passesRedis } from './redis/failure.ts'

const coded = (code: string, message = 'said') => Object.assign(new Error(message), { code })

test('what PostgreSQL says is told as what it means', () => {
  for (const [cause, code] of [
    [coded('53100'), 'full'],
    [coded('XX000', 'could not extend file "base/5/1": File too large'), 'full'],
    [coded('58030', 'could not write to file "pg_wal/x": Disk quota exceeded'), 'full'],
    [coded('22021'), 'invalid'],
    [coded('42501', 'permission denied for table entries'), 'unavailable'],
    [coded('ECONNREFUSED'), 'unavailable'],
    [new Error('a file is too large for words'), 'unavailable'],
    [undefined, 'unavailable'],
  ] as const) {
    assert.equal(failedPostgres(cause).code, code, String(cause))
  }
})

test('what Redis says is told as what it means', () => {
  for (const [said, code] of [
    ["OOM command not allowed when used memory > 'maxmemory'.", 'full'],
    ['MISCONF Redis is configured to save RDB snapshots, but it is unable to', 'full'],
    ["READONLY You can't write against a read only replica.", 'unavailable'],
    ['Socket closed unexpectedly', 'unavailable'],
  ] as const) {
    assert.equal(failedRedis(new Error(said)).code, code, said)
  }
})

test('an engine is waited for where waiting may help', () => {
  for (const [code, waits] of [
    ['ECONNREFUSED', true],
    ['CONNECT_TIMEOUT', true],
    ['ENOTFOUND', true],
    ['57P03', true],
    ['53300', true],
    ['28P01', false],
    ['3D000', false],
    ['42501', false],
    ['53100', false],
  ] as const) {
    assert.equal(passes(failedPostgres(coded(code))), waits, code)
  }
  for (const [said, waits] of [
    ['connect ECONNREFUSED 127.0.0.1:6379', true],
    ['LOADING Redis is loading the dataset in memory', true],
    ['CLUSTERDOWN The cluster is down', true],
    ['WRONGPASS invalid username-password pair or user is disabled.', false],
    ['NOAUTH Authentication required.', false],
  ] as const) {
    assert.equal(passesRedis(failedRedis(new Error(said))), waits, said)
  }
})
