import { createServer, ToolError, tool } from '@lutra/server'
import { z } from 'zod'

/** A server as a function, so that each test has one of its own. */
export function createShop(stock = new Map([['tea', 2]])) {
  const buy = tool({
    name: 'buy',
    description: 'Buys one of something',
    input: z.object({ item: z.string() }),
    output: z.object({ item: z.string(), left: z.number() }),
    async run({ item }, ctx) {
      const left = stock.get(item) ?? 0
      if (left === 0) throw new ToolError(`There is no ${item} left`)
      const answer = await ctx.ask('sure', `Buy ${item}?`, z.object({ sure: z.boolean() }))
      if (answer.action !== 'accept' || !answer.content.sure) throw new ToolError('Not bought')
      stock.set(item, left - 1)
      server.notify.resourceUpdated('shop://stock')
      return { item, left: left - 1 }
    },
  })
  const server = createServer({ name: 'shop', version: '1.0.0', tools: [buy] })
  return server
}
