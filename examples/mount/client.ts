import assert from 'node:assert/strict'
import { connect } from '@lutra/client/connect'
import { createServer, prompt, resource, tool } from '@lutra/server'
import { z } from 'zod'

// #region servers
const weather = createServer({
  name: 'weather',
  version: '1.0.0',
  tools: [
    tool({
      name: 'forecast',
      description: 'The weather in a city',
      input: z.object({ city: z.string() }),
      run: ({ city }) => `Sunny in ${city}`,
    }),
  ],
  resources: [resource({ uri: 'weather://today', read: () => 'Sunny' })],
})

const trips = createServer({
  name: 'trips',
  version: '1.0.0',
  prompts: [prompt({ name: 'pack', description: 'What to pack', render: () => 'What do I pack?' })],
})

const travel = createServer({
  name: 'travel',
  version: '1.0.0',
  tools: [tool({ name: 'book', description: 'Books a trip', run: () => 'Booked' })],
  mount: { wx: weather, trips },
})
// #endregion

// #region client
await using client = await connect(travel)
const tools = await client.listTools() // book, wx_forecast
const { text } = await client.tools.wx.forecast({ city: 'Bern' })
const same = await client.call('wx_forecast', { city: 'Bern' }) // by its name on the wire, typed too
const pack = await client.prompts.trips.pack()
const today = await client.readResource('weather://today') // resources keep their URIs
// #endregion
assert.deepEqual(
  tools.map(({ name }) => name),
  ['book', 'wx_forecast'],
)
assert.equal(text, 'Sunny in Bern')
assert.equal(same.text, text)
assert.equal(pack.text, 'What do I pack?')
assert.equal(today.text, 'Sunny')

// #region add
weather.add(tool({ name: 'tides', description: 'High and low water', run: () => 'High at noon' }))
const tides = await client.callTool('wx_tides') // what a mounted server gets, the outer one has
// #endregion
assert.equal(tides.text, 'High at noon')
console.log(text, '|', tides.text)
