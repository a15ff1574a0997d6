/** What goes wrong inside a server stays there: its peers read that something did, and no more. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { internals } from './flood.ts'
import { startVictim } from './start-victim.ts'
import { failureKinds, secret } from './target.ts'
import { exchange, hello, legacy, messageOf, modern, type Reply, send } from './wire.ts'

test('no reply of any era tells of the inside of a server, whatever fails there', async () => {
  await using victim = await startVictim()
  const { port } = victim
  const { headers } = await send(port, legacy('initialize', hello))
  const session = headers.get('mcp-session-id') ?? ''
  const requests = failureKinds.flatMap((how) => {
    const params = { name: 'fails', arguments: { how } }
    return [
      modern('tools/call', params),
      legacy('tools/call', params, { session }),
      legacy('tools/call', params, { id: 2 }),
    ]
  })
  requests.push(
    modern('tools/call', { name: 'promises', arguments: {} }),
    modern('resources/read', { uri: 'note://broken' }),
    legacy('resources/read', { uri: 'note://broken' }, { session }),
    modern('tools/call', { name: 'ask' }, { meta: { progressToken: 1 } }),
  )
  for (const request of requests) {
    const reply = await send(port, request)
    assert.ok(reply.status < 500, reply.body)
    assertClosed(reply)
  }
  const { errors, warnings, running } = await victim.health()
  // Its operator was told of each, but of what was thrown for the peer to read.
  assert.ok(errors >= 3 * (failureKinds.length - 1), String(errors))
  assert.deepEqual({ warnings, running }, { warnings: 0, running: 0 })
  assert.ok(!victim.stderr().includes(secret), victim.stderr())
})

test('an internal error has an id to find it by, and the same form in each era', async () => {
  await using victim = await startVictim()
  const params = { name: 'fails', arguments: { how: 'error' } }
  for (const request of [modern('tools/call', params), legacy('tools/call', params)]) {
    const { error } = messageOf(await send(victim.port, request))
    assert.equal(error?.code, -32603)
    assert.match(error?.message ?? '', /^Internal error \([0-9a-f-]{36}\)$/)
    assert.equal(error?.data, undefined)
  }
})

test('names of the language are names of tools, and nothing else', async () => {
  await using victim = await startVictim()
  const names = ['__proto__', 'constructor', 'toString', 'then', 'hasOwnProperty']
  for (const name of names) {
    const { result } = messageOf(await send(victim.port, modern('tools/call', { name })))
    assert.deepEqual(result?.['content'], [{ type: 'text', text: `I am ${name}` }])
  }
  const missing = ['valueOf', 'prototype', '__defineGetter__', 'isPrototypeOf', '']
  const methods = ['__proto__', 'constructor', 'toString', 'then', 'valueOf']
  const asked = [
    ...missing.map((name) => modern('tools/call', { name })),
    ...missing.map((name) => modern('prompts/get', { name })),
    ...missing.map((uri) => modern('resources/read', { uri })),
    ...methods.map((method) => modern(method)),
    ...methods.map((method) => legacy(method)),
  ]
  for (const reply of await exchange(victim.port, asked)) {
    const { error } = messageOf(reply)
    assert.ok(error && [-32602, -32601].includes(error.code), reply.body)
    assertClosed(reply)
  }
  const { polluted, errors } = await victim.health()
  assert.deepEqual({ polluted, errors }, { polluted: [], errors: 0 })
})

function assertClosed({ body }: Reply): void {
  assert.ok(!body.includes(secret) && !internals.test(body), body.slice(0, 1000))
}
