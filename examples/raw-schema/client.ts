import assert from 'node:assert/strict'
import { connect } from '@lutra/client/connect'
import { createServer, fromJsonSchema, tool } from '@lutra/server'

// #region schema
const schema = {
  type: 'object',
  properties: {
    from: { $ref: '#/$defs/place' },
    to: { $ref: '#/$defs/place' },
    unit: { enum: ['km', 'miles'], default: 'km' },
  },
  required: ['from', 'to'],
  additionalProperties: false,
  $defs: {
    place: {
      type: 'array',
      prefixItems: [
        { type: 'number', minimum: -90, maximum: 90 },
        { type: 'number', minimum: -180, maximum: 180 },
      ],
      minItems: 2,
      items: false,
    },
  },
}
// #endregion

// #region plain
const echo = tool({
  name: 'echo_route',
  description: 'Says what it was given',
  input: schema, // checked; in run, the arguments are a record of unknown values
  run: (args) => args,
})
// #endregion

// #region typed
type Place = readonly [latitude: number, longitude: number]

const distance = tool({
  name: 'distance',
  description: 'How far two places are apart',
  input: fromJsonSchema<{ from: Place; to: Place; unit?: 'km' | 'miles' }>(schema),
  run({ from, to, unit = 'km' }) {
    const degrees = Math.hypot(to[0] - from[0], to[1] - from[1])
    return { away: Math.round(degrees * (unit === 'km' ? 111 : 69)) }
  },
})
// #endregion

const server = createServer({ name: 'maps', version: '1.0.0', tools: [distance, echo] })
await using maps = await connect(server)

const { data } = await maps.tools.distance({ from: [47, 7], to: [47, 8] })
assert.deepEqual(data, { away: 111 })

const wrong = await maps.callTool('distance', { from: [47, 7], to: [470, 8] })
assert.ok(wrong.isError)
console.log(wrong.text)
assert.match(wrong.text, /to\/0/)

const [listed] = await maps.listTools()
assert.deepEqual(listed?.inputSchema, schema)
