import assert from 'node:assert/strict'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import type { Client } from '@lutra/client'
import { type ConnectAnyOptions, connect } from '@lutra/client/connect'
import { type Pipe, parseMessage } from '@lutra/core'
import { createServer, resource, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import { serveStdio } from '@lutra/server/serve-stdio'
import { z } from 'zod'

function createShop() {
  const steps: string[] = []
  const shop = createServer({
    name: 'shop',
    version: '1.0.0',
    instructions: 'Buy something',
    resources: [resource({ uri: 'shop:/news', name: 'news', read: () => 'Nothing new' })],
    tools: [
      tool({
        name: 'order',
        description: 'Orders after two questions',
        input: z.object({ what: z.string() }),
        output: z.object({ size: z.string(), sure: z.boolean() }),
        async run({ what }, ctx) {
          const size = await ctx.ask('size', `Which ${what}?`, z.object({ size: z.string() }))
          if (size.action !== 'accept') return { size: size.action, sure: false }
          await ctx.step('reserve', () => steps.push(what))
          const sure = await ctx.ask('sure', 'Sure?', z.object({ sure: z.boolean() }))
          return { ...size.content, sure: sure.action === 'accept' && sure.content.sure }
        },
      }),
      tool({
        name: 'count',
        description: 'Counts to two',
        run(_, ctx) {
          ctx.progress(1, 2)
          ctx.progress(2, 2)
          return 'two'
        },
      }),
      tool({
        name: 'numbers',
        description: 'Numbers that are no object',
        output: z.array(z.number()),
        run: () => [1, 2, 3],
      }),
    ],
  })
  return { shop, steps }
}

const options: ConnectAnyOptions = {
  era: 'legacy',
  answer: {
    elicit: ({ message }) =>
      message === 'Sure?'
        ? { action: 'accept', content: { sure: true } }
        : { action: 'accept', content: { size: 'L' } },
  },
}

/** What both ends of this project can do together in the older era. */
async function shopping(client: Client, { shop, steps }: ReturnType<typeof createShop>) {
  assert.equal(client.connection.era, 'legacy')
  const ordered = await client.call('order', { what: 'hat' })
  assert.deepEqual(ordered.data, { size: 'L', sure: true })
  assert.deepEqual(steps, ['hat'])

  const told: number[] = []
  const counted = await client.call(
    'count',
    {},
    { onProgress: (one: { progress: number }) => told.push(one.progress) },
  )
  assert.equal(counted.text, 'two')
  assert.deepEqual(told, [1, 2])
  assert.equal((await client.call('numbers')).text, '[1,2,3]')
  await assert.rejects(client.readResource('shop:/none'), { code: -32602 })

  const listening = client.listen({ toolsListChanged: true })
  await listening.acknowledged
  const again = setInterval(() => shop.notify.toolsChanged(), 20)
  for await (const change of listening) {
    assert.equal(change.type, 'tools')
    break
  }
  clearInterval(again)
}

test('both ends speak the older era over HTTP', async () => {
  const ends = createShop()
  const { url, close } = await serveNode(ends.shop).listen()
  const client = await connect(url, options)
  await shopping(client, ends)
  await client.close()
  await close()
})

test('both ends speak the older era over a pipe', async () => {
  const ends = createShop()
  const [input, output] = [new PassThrough(), new PassThrough()]
  const served = serveStdio(ends.shop, { input, output })
  const client = await connect(overStreams(input, output), options)
  await shopping(client, ends)
  await client.close()
  await served
})

function overStreams(input: PassThrough, output: PassThrough): Pipe {
  return {
    incoming: (async function* () {
      for await (const line of createInterface({ input: output })) {
        yield parseMessage(JSON.parse(line))
      }
    })(),
    send: (message) => void input.write(`${JSON.stringify(message)}\n`),
    close: () => {
      input.end()
      output.end()
    },
  }
}
