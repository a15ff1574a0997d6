import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { PlainReply } from '../exchange.ts'
import { createSender } from './send.ts'

test('the length of a reply is that of its body, whatever its headers say', async () => {
  const replies: PlainReply[] = [
    { status: 200, headers: { 'content-length': '3' }, body: 'häl' },
    { status: 401, headers: { 'content-length': '9' } },
  ]
  const send = createSender({}, { add() {}, delete() {} })
  const server = createServer((_, res) => {
    const reply = replies.shift()
    if (reply) send(res, reply)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    const first = await fetch(url)
    assert.equal(first.headers.get('content-length'), '4')
    assert.equal(await first.text(), 'häl')
    const second = await fetch(url)
    assert.equal(second.headers.get('content-length'), '0')
    assert.equal(await second.text(), '')
  } finally {
    server.close()
    server.closeAllConnections()
  }
})
