import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLocal, isLoopback } from './loopback.ts'

test('hosts of the own machine are told from others', () => {
  for (const host of ['localhost', '127.0.0.1', '127.8.9.1', '[::1]']) assert.ok(isLoopback(host))
  for (const host of ['localhost.example', '127.0.0.1.example', '10.0.0.1', '0.0.0.0', '[::2]', ''])
    assert.equal(isLoopback(host), false)
})

test('connections of the own machine are told from others', () => {
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1', undefined])
    assert.ok(isLocal(address))
  for (const address of ['192.168.1.5', '::ffff:10.0.0.1', 'fe80::1', ''])
    assert.equal(isLocal(address), false)
})
