/** The types that flow from a server to its clients. Compiled, never run. */
import { connectHandler, createClient, type ToolResult } from '@lutra/client'
import { createServer, prompt, tool } from '@lutra/server'
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'

type Equals<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <T extends true>(): T | undefined => undefined

const forecast = tool({
  name: 'forecast',
  description: 'Forecast for a city',
  input: z.object({ city: z.string(), days: z.number().int().default(3) }),
  output: z.object({ tempC: z.number() }),
  run: ({ city, days }) => ({ tempC: days + city.length }),
})
const sum = tool({
  name: 'sum',
  description: 'Adds',
  input: type({ a: 'number', b: 'number' }),
  run: ({ a, b }) => ({ total: a + b }),
})
const greet = tool({
  name: 'greet',
  description: 'Greets',
  input: v.object({ who: v.optional(v.string()) }),
  run: ({ who }) => `Hello ${who}`,
})
const now = tool({ name: 'now', description: 'The time', run: () => Date.now() })
const review = prompt({
  name: 'review',
  description: 'Reviews code',
  input: z.object({ code: z.string() }),
  render: ({ code }) => `Review ${code}`,
})

const weather = createServer({ name: 'weather', version: '1.0.0', tools: [forecast] })
const server = createServer({
  name: 'all',
  version: '1.0.0',
  tools: { sum, greet, now },
  prompts: [review],
  mount: { wx: weather },
})
type App = typeof server

const client = createClient<App>(await connectHandler(server))

const added = await client.tools.sum({ a: 1, b: 2 })
same<Equals<typeof added, ToolResult<{ total: number }>>>()
const day = await client.tools.wx.forecast({ city: 'Bern' })
same<Equals<typeof day.data, { tempC: number }>>()
const time = await client.tools.now()
same<Equals<typeof time.data, number>>()
const greeting = await client.tools.greet({}, { timeoutMs: 5 })
same<Equals<typeof greeting.data, string>>()
await client.tools.greet()
const flat = await client.call('wx_forecast', { city: 'Bern', days: 1 })
same<Equals<typeof flat.data, { tempC: number }>>()
const rendered = await client.prompts.review({ code: 'x' })
same<Equals<typeof rendered.text, string>>()

// @ts-expect-error: an argument is missing
await client.tools.sum({ a: 1 })
// @ts-expect-error: an argument is of another type
await client.tools.wx.forecast({ city: 1 })
// @ts-expect-error: arguments are needed
await client.tools.sum()
// @ts-expect-error: there is no such tool
await client.tools.nope()
// @ts-expect-error: that one is mounted under another name
await client.call('forecast', { city: 'Bern' })
// @ts-expect-error: an argument is missing
await client.call('sum', { a: 1 })
// @ts-expect-error: there is no such prompt
await client.prompts.nope({})
// @ts-expect-error: an argument is missing
await client.prompts.review({})

// A server of which nothing is known has any tool, with any arguments, giving anything.
const unknown = createClient(await connectHandler(server))
const any = await unknown.tools['anything']?.({ a: 1 })
same<Equals<typeof any, ToolResult<unknown> | undefined>>()
const called = await unknown.call('anything', { a: 1 })
same<Equals<typeof called.data, unknown>>()
await unknown.prompts['any']?.({ a: 'b' })
// @ts-expect-error: the arguments of prompts are strings
await unknown.prompts['any']?.({ a: 1 })
