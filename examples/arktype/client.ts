import assert from 'node:assert/strict'
import { connect } from '@lutra/client/connect'
import { createServer, tool } from '@lutra/server'
import { type } from 'arktype'

// #region tool
const forecast = tool({
  name: 'forecast',
  description: 'The weather in a city',
  input: type({ city: 'string > 0', days: '1 <= number.integer <= 7 = 3' }),
  output: type({ celsius: 'number[]' }),
  run: ({ days }) => ({ celsius: Array.from({ length: days }, (_, day) => 21 - day) }),
})
// #endregion

await using weather = await connect(
  createServer({ name: 'weather', version: '1.0.0', tools: [forecast] }),
)
const { data } = await weather.tools.forecast({ city: 'Bern' })
assert.deepEqual(data.celsius, [21, 20, 19])
const wrong = await weather.callTool('forecast', { city: 'Bern', days: 9 })
assert.ok(wrong.isError)
console.log(data.celsius, wrong.text)
