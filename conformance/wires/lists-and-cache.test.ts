import assert from 'node:assert/strict'
import { verifies } from './verifies.ts'
import { modernWires } from './wires.ts'

verifies(
  '[FEAT-01, UTIL-26, WIRE-41] a list is whole and in order, however it is cut into pages',
  async (client) => {
    const names = (await client.listTools()).map(({ name }) => name)
    assert.deepEqual(
      names,
      (await client.listTools({ cache: 'bypass' })).map(({ name }) => name),
    )
    assert.ok(names.length > 20)
    assert.equal(new Set(names).size, names.length)
    for (const name of ['echo', 'ask_roots', 'annex_hello']) assert.ok(names.includes(name), name)
    const pages: number[] = []
    for await (const page of client.pages('tools', { cache: 'bypass' }))
      pages.push(page.items.length)
    assert.deepEqual(pages.slice(0, -1), pages.slice(0, -1).fill(10))
    assert.equal(
      pages.reduce((sum, one) => sum + one),
      names.length,
    )
    assert.equal((await client.listResources()).length, 3)
    assert.equal((await client.listPrompts()).length, 2)
  },
)

verifies('[SCH-09] a tool is listed with the schemas that it was given', async (client, wire) => {
  const add = (await client.listTools()).find(({ name }) => name === 'add')
  assert.equal(add?.inputSchema['type'], 'object')
  assert.deepEqual(add.inputSchema['required'], ['a', 'b'])
  if (wire.revision >= '2025-06-18') assert.equal(add.outputSchema?.['type'], 'object')
})

verifies(
  '[UTIL-24, UTIL-25, UTIL-27] an empty cursor and a made-up one are refused',
  async (client) => {
    for (const cursor of ['', 'made up', 'eyJhIjoxfQ']) {
      await assert.rejects(client.request('tools/list', { cursor }), { code: -32602 })
    }
  },
)

verifies(
  '[UTIL-12, UTIL-17, UTIL-20] what may be kept is not asked for twice',
  async (client) => {
    await client.listTools()
    const before = (await client.call('listed')).text
    await client.listTools()
    assert.equal((await client.call('listed')).text, before)
    await client.listTools({ cache: 'refresh' })
    assert.notEqual((await client.call('listed')).text, before)
  },
  { on: modernWires },
)

verifies(
  '[UTIL-22] a change that is told ends what was kept',
  async (client) => {
    const listening = client.listen({ toolsListChanged: true })
    await listening.acknowledged
    await client.listTools()
    await client.call('grow')
    for await (const _ of listening) break
    const names = (await client.listTools()).map(({ name }) => name)
    assert.ok(names.includes('extra'))
  },
  { on: modernWires },
)

verifies('[WIRE-51] a list does not depend on what was called before', async (client) => {
  const before = await client.listTools()
  await client.call('echo', { text: 'x' })
  await client.callTool('refuse')
  assert.deepEqual(await client.listTools({ cache: 'bypass' }), before)
})
