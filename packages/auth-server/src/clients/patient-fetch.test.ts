import assert from 'node:assert/strict'
import { test } from 'node:test'
import { patientFetch } from './patient-fetch.ts'

test('what failed is left alone for a while, and what did not is not', async () => {
  let time = 0
  let asked = 0
  const answers = [
    new Response(null, { status: 500 }),
    Response.json({ a: 1 }),
    Response.json({ a: 2 }),
  ]
  const fetch = patientFetch(
    async () => {
      asked++
      return answers.shift() ?? Response.error()
    },
    () => time,
  )
  const ask = () => fetch('https://client.example.com/x', {})
  await assert.rejects(ask())
  await assert.rejects(ask())
  assert.equal(asked, 1)
  time = 5_001
  assert.deepEqual(await (await ask()).json(), { a: 1 })
  assert.deepEqual(await (await ask()).json(), { a: 2 })
})

test('what is too large is not read to its end', async () => {
  let pulled = 0
  const endless = new ReadableStream({
    pull(controller) {
      pulled++
      controller.enqueue(new Uint8Array(10_000))
    },
  })
  const fetch = patientFetch(async () => new Response(endless))
  await assert.rejects(fetch('https://client.example.com/x', {}))
  assert.ok(pulled < 12)
})
