import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onAbort, withCall, withSignal } from './call.ts'

const meta = { protocolVersion: '2026-07-28', clientCapabilities: {} }

/** A call whose transport counts the signals that it had to make. */
function createCall() {
  const control = new AbortController()
  const listeners: (() => void)[] = []
  const made = { signals: 0 }
  const call = withSignal(
    { method: 'tools/call', params: {}, meta, notify() {} },
    () => {
      made.signals++
      return control.signal
    },
    (listen) => listeners.push(listen),
  )
  const abort = () => {
    for (const listen of listeners) listen()
    control.abort()
  }
  return { call, made, abort }
}

test('a call whose end is listened for has no signal made', () => {
  const { call, made, abort } = createCall()
  let ended = 0
  onAbort(call, () => ended++)
  assert.deepEqual([made.signals, ended], [0, 0])
  abort()
  assert.deepEqual([made.signals, ended], [0, 1])
})

test('a copy of a call passes on how its end is heard of', () => {
  const { call, made, abort } = createCall()
  let ended = 0
  onAbort(withCall(call, { params: { name: 'echo' } }), () => ended++)
  abort()
  assert.deepEqual([made.signals, ended], [0, 1])
})

test('a copy with a signal of its own ends by that signal alone', () => {
  const { call, abort } = createCall()
  const own = new AbortController()
  let ended = 0
  onAbort(withCall(call, { signal: own.signal }), () => ended++)
  abort()
  assert.equal(ended, 0)
  own.abort()
  assert.equal(ended, 1)
})

test('whoever listens too late hears at once, once there is a signal', () => {
  const { call, abort } = createCall()
  assert.equal(call.signal.aborted, false)
  abort()
  let ended = 0
  onAbort(call, () => ended++)
  assert.equal(ended, 1)
})
