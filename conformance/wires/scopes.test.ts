import assert from 'node:assert/strict'
import { verifies } from './verifies.ts'
import { allWires } from './wires.ts'

const overHttp = allWires.filter(({ name }) => /HTTP|fetch/.test(name))
const within = allWires.filter((wire) => !overHttp.includes(wire))

verifies(
  'over HTTP, what has scopes is neither seen nor reached where nobody is authenticated',
  async (client) => {
    const names = (await client.listTools()).map(({ name }) => name)
    assert.ok(names.includes('annex_hello'))
    assert.ok(!names.includes('annex_vault'))
    await assert.rejects(client.call('annex_vault'), { code: -32603, message: /^Internal error/ })
  },
  { on: overHttp },
)

verifies(
  'whoever has started a process, or is in it, is asked for no scopes',
  async (client) => {
    const names = (await client.listTools()).map(({ name }) => name)
    assert.ok(names.includes('annex_vault'))
    assert.equal((await client.call('annex_vault')).text, 'open')
  },
  { on: within },
)
