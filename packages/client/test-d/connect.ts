/** The types that flow from a server through `connect`. Compiled, never run. */
import type { Client, ToolResult } from '@lutra/client'
import { connect } from '@lutra/client/connect'
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
const server = createServer({ name: 'all', version: '1.0.0', tools: { sum } })
type App = typeof server

// By value.
const here = await connect(server)
const added = await here.tools.sum({ a: 1, b: 2 })
same<Equals<typeof added, ToolResult<{ total: number }>>>()
// @ts-expect-error a string is no number
await here.tools.sum({ a: 'x', b: 1 })

// By type, over any wire.
const there = await connect<App>('https://example.com/mcp', { token: 'x' })
same<Equals<typeof there, Client<App>>>()
const far = await there.tools.sum({ a: 1, b: 2 })
same<Equals<typeof far.data, { total: number }>>()
// @ts-expect-error there is no such tool
await there.tools.minus({})
await connect<App>({ command: 'node', args: ['server.js'] })
await connect<App>({ url: 'https://example.com/mcp', headers: { a: 'b' } }, { era: 'modern' })

// Of a server that nothing is known of, any name may be called.
const unknown = await connect('https://example.com/mcp')
const anything = await unknown.tools['whatever']?.({ a: 1 })
same<Equals<typeof anything, ToolResult<unknown> | undefined>>()
// @ts-expect-error a number is nothing to connect to
await connect(3)
