import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createMemoryBus, createMemoryStore, isObject, type Store } from '@lutra/core'
import { createServer, tool } from '@lutra/server'
import { serveHttp } from '@lutra/server/serve-http'
import { z } from 'zod'

/** A store that takes its time to write down that a call is worked on. */
function createSlow(): Store {
  const store = createMemoryStore()
  return {
    ...store,
    async set(key, value, options) {
      if (isObject(value) && value['parked'] === false) await pause(1500)
      return store.set(key, value, options)
    },
  }
}

/** Reads events until one holds this; gives its id and its message. */
async function readUntil(response: Response, text: string) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  assert.ok(reader)
  let read = ''
  for (;;) {
    const { value, done } = await reader.read()
    read += value ?? ''
    const event = read.split('\n\n').find((one) => one.includes(text))
    if (event) {
      void reader.cancel()
      const id = /^id: ?(.+)$/m.exec(event)?.[1] ?? ''
      return { id, message: JSON.parse(/^data: ?(.+)$/m.exec(event)?.[1] ?? '') }
    }
    assert.ok(!done, `The stream ended without ${text}: ${read}`)
  }
}

test('a call of an earlier client is not taken from the instance that works with its answers by that instance itself', async () => {
  let runs = 0
  const ask = tool({
    name: 'ask',
    description: '',
    async run(_, ctx) {
      const answer = await ctx.ask('by', 'By how much?', z.object({ by: z.number() }))
      runs += 1
      return answer.action
    },
  })
  const server = createServer({
    name: 's',
    version: '1',
    tools: [ask],
    keys: ['the same secret of 32 bytes or more'],
    logger: { warn() {}, error() {} },
    store: createSlow(),
    bus: createMemoryBus(),
  })
  const door = serveHttp(server)
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  }
  const send = (message: object) =>
    door(
      new Request('https://lock.example/mcp', {
        method: 'POST',
        headers,
        body: JSON.stringify({ jsonrpc: '2.0', ...message }),
      }),
    )
  const begun = await send({
    id: 0,
    method: 'initialize',
    params: {
      protocolVersion: '2025-11-25',
      capabilities: { elicitation: {} },
      clientInfo: { name: 'c', version: '1' },
    },
  })
  headers['mcp-session-id'] = begun.headers.get('mcp-session-id') ?? ''
  headers['mcp-protocol-version'] = '2025-11-25'
  const called = await send({ id: 'call', method: 'tools/call', params: { name: 'ask' } })
  const asked = await readUntil(called, 'elicitation/create')
  const back = await door(
    new Request('https://lock.example/mcp', {
      headers: { ...headers, 'last-event-id': asked.id },
    }),
  )
  assert.equal(back.status, 200)
  const answer = { action: 'accept', content: { by: 2 } }
  assert.equal((await send({ id: asked.message.id, result: answer })).status, 202)
  const { message } = await readUntil(back, '"call"')
  assert.equal(message.error, undefined, JSON.stringify(message.error))
  assert.equal(message.result.content[0].text, 'accept')
  assert.equal(runs, 1)
  await server.close()
})
