/** A bus on which others speak too: what they say about the topics of a server harms neither the server nor who is on it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect } from '@lutra/client/connect'
import { type Bus, createMemoryBus, createMemoryStore } from '@lutra/core'
import { followTasks, tasks } from '@lutra/extensions/tasks'
import { createServer, resource, type Tool, tool } from '@lutra/server'
import { bearer } from '@lutra/server/auth'
import { serveNode } from '@lutra/server/serve-node'
import fc from 'fast-check'
import { z } from 'zod'
import { odd } from './odd.ts'

const key = 'a-key-of-these-tests-of-thirty-two-bytes-or-more'
const tools = [
  tool({
    name: 'asks',
    description: 'x',
    run: async (_, ctx) => {
      const said = await ctx.ask('who', 'Who?', z.object({ name: z.string() }))
      return said.action === 'accept' ? said.content.name : ''
    },
  }),
  tool({
    name: 'works',
    description: 'x',
    task: true,
    run: async (_, ctx) => ctx.step('s', () => 'done'),
  }),
] as Tool[]

/** A bus that says what is heard on it now, and what listeners could not make anything of. */
function createSpied() {
  const errors: unknown[] = []
  const heard = new Map<symbol, string>()
  const inner = createMemoryBus((error) => errors.push(error))
  const bus: Bus = {
    publish: inner.publish,
    subscribe(topic, ...rest) {
      const own = Symbol(topic)
      heard.set(own, topic)
      const leave = inner.subscribe(topic, ...rest)
      return () => {
        heard.delete(own)
        leave()
      }
    },
  }
  return { bus, errors, topics: () => new Set(heard.values()) }
}

const said = fc.oneof(
  odd,
  fc.array(odd, { maxLength: 3 }),
  fc.dictionary(
    fc.constantFrom(
      ...['list', 'uri', 'from', 'sid', 'kind', 'id', 'by', 'seq', 'json', 'last', 'result'],
      ...['message', 'auth', 'subject', 'clientId', 'digest', 'jsonrpc', 'method', 'error'],
    ),
    odd,
  ),
  fc.array(
    fc.dictionary(
      fc.constantFrom(
        ...['id', 'createdAt', 'tool', 'principal'],
        ...['concurrency', 'notBefore', 'delayMs', 'caller'],
      ),
      odd,
    ),
    { maxLength: 3 },
  ),
)

test('whatever others publish, calls, questions, tasks and subscriptions go on', async (t) => {
  const { bus, topics, errors } = createSpied()
  const store = createMemoryStore()
  const onError = (error: unknown) => void errors.push(error)
  const auth = bearer({
    resource: 'http://localhost/mcp',
    apiKeys: [{ key, subject: 'ada' }],
    onError,
  })
  const server = createServer({
    ...{ name: 'x', version: '1', tools, store, bus, onError },
    keys: [key],
    resources: [resource({ uri: 'a://b', read: () => 'b' })],
    extensions: [tasks({ store, bus, onError, graceMs: 50 })],
  })
  const serving = await serveNode(server, { auth, closeTimeoutMs: 50 }).listen()
  const open = (era: 'modern' | 'legacy') =>
    connect(serving.url, {
      ...{ era, token: key, onWarning() {}, retries: 0 },
      answer: { elicit: () => ({ action: 'accept', content: { name: 'Ann' } }) },
      extensions: [followTasks({ pollIntervalMs: 1 })],
    })
  const clients = await Promise.all([open('modern'), open('legacy')])
  t.after(async () => {
    await Promise.all(clients.map((client) => client.close()))
    await serving.close()
    await server.close()
  })
  const subscriptions = clients.map((client) => client.listen({ toolsListChanged: true }))
  await Promise.all(subscriptions.map(({ acknowledged }) => acknowledged))
  await fc.assert(
    fc.asyncProperty(fc.array(said, { minLength: 1, maxLength: 6 }), async (messages) => {
      const calls = clients.flatMap((client) => [
        client.callTool('asks').then(({ text }) => assert.equal(text, 'Ann')),
        client.callTool('works').then(({ text }) => assert.equal(text, 'done')),
      ])
      for (const message of messages) {
        for (const topic of topics()) await bus.publish(topic, message)
        await new Promise((resolve) => setImmediate(resolve))
      }
      await Promise.all(calls)
      assert.deepEqual(errors.splice(0), [])
    }),
    { numRuns: 15, examples: [[[{}, null]], [[[null, {}], { jsonrpc: '2.0', id: 'x' }]]] },
  )
})
