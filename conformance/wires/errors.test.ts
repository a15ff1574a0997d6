import assert from 'node:assert/strict'
import type { Client } from '@lutra/client'
import { kindsOfThrow } from './plain-tools.ts'
import { verifies } from './verifies.ts'

verifies(
  '[FEAT-04, FEAT-05] wrong arguments are a failed call that says what is wrong',
  async (client) => {
    const { isError, text } = await client.callTool('add', { a: 1001, b: 'x' })
    assert.equal(isError, true)
    assert.match(text, /\ba\b/)
    assert.match(text, /\bb\b/)
    await goesOn(client)
  },
)

verifies('a tool that refuses tells the model why', async (client) => {
  const { isError, text } = await client.callTool('refuse')
  assert.equal(isError, true)
  assert.equal(text, 'Not on a Sunday')
  await assert.rejects(client.call('refuse'), { name: 'ToolCallError' })
})

verifies('[FEAT-05, WIRE-12] an unknown tool is an error of the protocol', async (client) => {
  await assert.rejects(client.callTool('nobody'), { code: -32602, message: /nobody/ })
  await goesOn(client)
})

verifies(
  '[FEAT-18] an unknown prompt and a missing argument are errors that name them',
  async (client) => {
    await assert.rejects(client.getPrompt('nobody'), { code: -32602, message: /nobody/ })
    await assert.rejects(client.getPrompt('greet', {}), { code: -32602, message: /name/ })
    await goesOn(client)
  },
)

verifies('[FEAT-11, FEAT-12] an unknown resource is an error that names it', async (client) => {
  for (const uri of ['note://nobody', 'city://CH/Rome', 'no uri']) {
    await assert.rejects(client.readResource(uri), { code: -32602 })
  }
  await goesOn(client)
})

verifies('[UTIL-37] whatever a handler throws is one masked error with an id', async (client) => {
  for (const what of kindsOfThrow) await masked(client.callTool('crash', { what }), what)
  await masked(client.readResource('note://broken'), 'resource')
  await goesOn(client)
})

verifies(
  '[FEAT-02] what JSON cannot hold, or its schema does not allow, is a masked error',
  async (client) => {
    for (const what of ['cycle', 'bigint'] as const) {
      await masked(client.callTool('unserialisable', { what }), what)
    }
    await masked(client.callTool('liar'), 'liar')
    await goesOn(client)
  },
)

verifies('[WIRE-40] a method that nobody has is unknown', async (client) => {
  await assert.rejects(client.request('tools/none'), { code: -32601 })
  await goesOn(client)
})

// The error says nothing of what was thrown, but has the id under which the operator finds it.
async function masked(call: Promise<unknown>, what: string): Promise<void> {
  await assert.rejects(call, (error: Error & { code?: number; data?: unknown }) => {
    assert.equal(error.code, -32603, `${what}: ${error.message}`)
    const told = error.message + JSON.stringify(error.data ?? '')
    assert.match(told, /[0-9a-f-]{8,}/, what)
    assert.doesNotMatch(told, /hunter2|secret/, what)
    return true
  })
}

async function goesOn(client: Client): Promise<void> {
  assert.equal((await client.call('echo', { text: 'on' })).text, 'on')
}
