import assert from 'node:assert/strict'
import { test } from 'node:test'
import { metaKeys, readMeta, withMeta } from './meta.ts'

const envelope = { [metaKeys.protocolVersion]: '2026-07-28', [metaKeys.clientCapabilities]: {} }
const read = (more: Record<string, unknown>) => readMeta({ _meta: { ...envelope, ...more } })
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

test('[WIRE-32] a trace context is read and written as it is', () => {
  const trace = { traceparent, tracestate: 'a=1', baggage: 'user=ada' }
  const meta = read(trace)
  assert.deepEqual(withMeta({}, meta)['_meta'], { ...envelope, ...trace })
})

test('[WIRE-32] a malformed trace context is dropped and fails nothing', () => {
  const malformed = [
    '',
    'x',
    7,
    traceparent.toUpperCase(),
    `${traceparent}-more`,
    `${traceparent}0`,
  ]
  const forbidden = [traceparent.replace(/^00/, 'ff'), traceparent.replace(/b7\w+/, '0'.repeat(16))]
  for (const one of [...malformed, ...forbidden]) {
    const meta = read({ traceparent: one, tracestate: 'a=1' })
    assert.equal(meta.traceparent, undefined, String(one))
    assert.equal(meta.tracestate, undefined, String(one))
  }
  assert.equal(
    read({ traceparent: `01${traceparent.slice(2)}-more` }).traceparent?.slice(0, 2),
    '01',
  )
})
