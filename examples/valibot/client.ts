import assert from 'node:assert/strict'
import { connect } from '@lutra/client/connect'
import { createServer, tool } from '@lutra/server'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import * as v from 'valibot'

// #region tool
const input = toStandardJsonSchema(
  v.object({
    city: v.pipe(v.string(), v.minLength(1), v.description('Where')),
    days: v.optional(v.pipe(v.number(), v.integer(), v.maxValue(7)), 3),
  }),
)

const forecast = tool({
  name: 'forecast',
  description: 'The weather in a city',
  input,
  run: ({ city, days }) => `${days} sunny days in ${city}`,
})
// #endregion

await using weather = await connect(
  createServer({ name: 'weather', version: '1.0.0', tools: [forecast] }),
)
const { text } = await weather.tools.forecast({ city: 'Bern' })
assert.equal(text, '3 sunny days in Bern')
assert.ok((await weather.callTool('forecast', { city: 'Bern', days: 9 })).isError)
const [listed] = await weather.listTools()
assert.deepEqual(listed?.inputSchema['required'], ['city'])
console.log(text)
