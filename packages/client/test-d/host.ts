/** The types that flow from servers through a host. Compiled, never run. */
import type { ToolResult } from '@lutra/client'
import { readConfig } from '@lutra/client/config-node'
import { createHost, fromConfig, remote, stdio } from '@lutra/client/host'
import { createServer, tool } from '@lutra/server'
import { z } from 'zod'

type Equals<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <T extends true>(): T | undefined => undefined

const sum = tool({
  name: 'sum',
  description: 'Adds',
  input: z.object({ a: z.number(), b: z.number() }),
  run: ({ a, b }) => ({ total: a + b }),
})
const forecast = tool({
  name: 'forecast',
  description: 'Forecast for a city',
  input: z.object({ city: z.string() }),
  output: z.object({ tempC: z.number() }),
  run: ({ city }) => ({ tempC: city.length }),
})
const weather = createServer({ name: 'weather', version: '1.0.0', tools: [forecast] })
const local = createServer({
  name: 'all',
  version: '1.0.0',
  tools: { sum },
  mount: { wx: weather },
})
type App = typeof local

await using host = createHost({
  info: { name: 'desk', version: '1.0.0' },
  servers: {
    all: remote<App>('https://mcp.example.com', { trust: 'hints' }),
    fs: stdio('npx', ['-y', '@modelcontextprotocol/server-filesystem', '.']),
    here: local,
    plain: 'https://other.example.com',
  },
  policy: ({ server, hints, trust }) => {
    same<Equals<typeof server, 'all' | 'fs' | 'here' | 'plain'>>()
    if (server === 'here') return 'allow'
    return trust === 'full' && hints.readOnly ? 'allow' : 'ask'
  },
  onApprove: async ({ args, changedSince }) => args['force'] !== true && changedSince === undefined,
  onAsk: (question) =>
    question.kind === 'url' && question.url.protocol === 'https:'
      ? { action: 'accept' }
      : { action: 'decline' },
})

const { ready, failed } = await host.settled({ within: 3000 })
same<Equals<(typeof ready)[number], 'all' | 'fs' | 'here' | 'plain'>>()
same<Equals<(typeof failed)[number]['error'], Error>>()

const day = await host.servers.all.tools.wx.forecast({ city: 'Oslo' })
same<Equals<typeof day, ToolResult<{ tempC: number }>>>()
const added = await host.servers.here.tools.sum({ a: 1, b: 1 })
same<Equals<typeof added.data, { total: number }>>()
const client = await host.servers.all.ready()
await client.call('wx_forecast', { city: 'Oslo' })
// @ts-expect-error a string is no number
await host.servers.all.tools.sum({ a: 'x', b: 1 })
// @ts-expect-error there is no such server
host.servers.nope
const read = await host.servers.fs.call('read_text_file', { path: 'a' })
same<Equals<typeof read.data, unknown>>()
same<Equals<Awaited<ReturnType<typeof host.call>>, ToolResult>>()

// Of servers that a configuration names, nothing is known beforehand.
const many = createHost({ servers: { ...fromConfig('{}'), ...(await readConfig('mcp.json')) } })
await many.servers['shop']?.call('order')
