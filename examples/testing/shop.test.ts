import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolCallError } from '@lutra/client'
import { connect } from '@lutra/client/connect'
import { serveNode } from '@lutra/server/serve-node'
import { createShop } from './shop.ts'

// #region memory
test('buying takes one from the stock', async () => {
  await using shop = await connect(createShop(), saying(true))
  const { data } = await shop.tools.buy({ item: 'tea' })
  assert.deepEqual(data, { item: 'tea', left: 1 })
})
// #endregion

// #region failure
test('what is not there cannot be bought, and the model is told so', async () => {
  await using shop = await connect(createShop(), saying(true))
  await assert.rejects(shop.tools.buy({ item: 'coffee' }), (error: unknown) => {
    assert.ok(error instanceof ToolCallError)
    assert.equal(error.result.text, 'There is no coffee left')
    return true
  })
})

test('what the model got wrong comes back as words that it can read', async () => {
  await using shop = await connect(createShop())
  const { isError, text } = await shop.callTool('buy', { thing: 'tea' })
  assert.ok(isError)
  assert.match(text, /item/)
})
// #endregion

// #region answers
test('nothing is bought against the will of the person', async () => {
  const stock = new Map([['tea', 2]])
  await using shop = await connect(createShop(stock), saying(false))
  await assert.rejects(shop.tools.buy({ item: 'tea' }), /Not bought/)
  assert.equal(stock.get('tea'), 2)
})

function saying(sure: boolean) {
  return { answer: { elicit: () => ({ action: 'accept', content: { sure } }) as const } }
}
// #endregion

// #region wires
for (const era of ['modern', 'legacy'] as const) {
  test(`a ${era} client can shop over HTTP`, async (t) => {
    const http = await serveNode(createShop()).listen() // a free port
    t.after(() => http.close())
    await using shop = await connect<ReturnType<typeof createShop>>(http.url, {
      era,
      ...saying(true),
    })
    const { data } = await shop.tools.buy({ item: 'tea' })
    assert.equal(data.left, 1)
  })
}
// #endregion

// #region contract
test('the tools are those that we promised', async () => {
  await using shop = await connect(createShop())
  const tools = await shop.listTools()
  assert.deepEqual(
    tools.map(({ name, inputSchema }) => [name, inputSchema['required']]),
    [['buy', ['item']]],
  )
})
// #endregion
