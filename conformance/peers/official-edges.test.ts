/** What official clients do at the edges of our server: when it closes, when an era is switched off, by hand. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serveNode } from '@lutra/server/serve-node'
import { Client, type ClientOptions } from '@modelcontextprotocol/client'
import { eventually } from '../eventually.ts'
import { connectClient1, openHttp1 } from './official-client-1.ts'
import { connectClient2, openHttp2 } from './official-client-2.ts'
import { createPeerServer, startOurServer } from './our-server.ts'

const modern: ClientOptions = { versionNegotiation: { mode: { pin: '2026-07-28' } } }

test('a subscription of client 2.4 ends gracefully when the server closes', async () => {
  const server = createPeerServer()
  // Long enough to fail the test, were the stream cut off instead of ended.
  const { url, close } = await serveNode(server, { closeTimeoutMs: 3_600_000 }).listen()
  const client = new Client({ name: 'official', version: '2' }, modern)
  await client.connect(openHttp2(url))
  const subscription = await client.listen({ toolsListChanged: true })
  assert.deepEqual(subscription.honoredFilter, { toolsListChanged: true })
  await close()
  assert.equal(await subscription.closed, 'graceful')
  await client.close()
})

test('client 2.4 listens by itself for the lists that it is to keep', async () => {
  await using server = await startOurServer()
  const fetched: string[] = []
  const client = new Client(
    { name: 'official', version: '2' },
    {
      ...modern,
      listChanged: {
        prompts: {
          debounceMs: 0,
          onChanged: (_, items) => void fetched.push(...(items ?? []).map(({ name }) => name)),
        },
      },
    },
  )
  await client.connect(openHttp2(server.url))
  assert.deepEqual(client.autoOpenedSubscription?.honoredFilter, { promptsListChanged: true })
  await client.callTool({ name: 'touch' })
  await eventually(() => fetched.length > 0, 'the list that has changed')
  assert.equal(fetched.length, 5)
  await client.close()
})

test('a tool that asks answers client 2.4 by hand with its questions and a state', async () => {
  await using server = await startOurServer()
  const capabilities = { elicitation: { form: {} } }
  const client = new Client(
    { name: 'official', version: '2' },
    { ...modern, capabilities, inputRequired: { autoFulfill: false } },
  )
  await client.connect(openHttp2(server.url))
  const name = 'test_input_required_result_elicitation'
  const asked = (await client.callTool({ name }, { allowInputRequired: true } as Parameters<
    Client['callTool']
  >[1])) as unknown as { resultType: string; inputRequests: object; requestState: string }
  assert.equal(asked.resultType, 'input_required')
  assert.deepEqual(Object.keys(asked.inputRequests), ['user_name'])
  await client.close()
})

test('a server without the older eras says so to those who greet it in one', async () => {
  const serving = serveNode(createPeerServer(), { legacy: false, closeTimeoutMs: 500 })
  const { url, close } = await serving.listen()
  try {
    await assert.rejects(connectClient1(openHttp1(url)), /2026-07-28/)
    await assert.rejects(connectClient2(openHttp2(url), 'legacy'), /2026-07-28/)
    const client = await connectClient2(openHttp2(url), 'auto')
    assert.equal(client.server.name, 'lutra-peers')
    await client.close()
  } finally {
    await close()
  }
})
