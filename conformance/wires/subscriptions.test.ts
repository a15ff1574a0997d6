import assert from 'node:assert/strict'
import type { Change } from '@lutra/client'
import { verifies } from './verifies.ts'
import { legacyWires, modernWires, talkingWires } from './wires.ts'

verifies(
  '[SUB-01, SUB-05, SUB-12] only what was asked for is heard of',
  async (client) => {
    const listening = client.listen({
      toolsListChanged: true,
      resourceSubscriptions: ['note://plain'],
    })
    assert.deepEqual(await listening.acknowledged, {
      toolsListChanged: true,
      resourceSubscriptions: ['note://plain'],
    })
    await client.call('touch')
    const heard: Change[] = []
    for await (const change of listening) if (heard.push(change) === 2) break
    assert.deepEqual(heard, [{ type: 'resource', uri: 'note://plain' }, { type: 'tools' }])
  },
  { on: modernWires },
)

verifies(
  '[LEG-04] a session hears of what it subscribed to',
  async (client) => {
    const listening = client.listen({
      toolsListChanged: true,
      resourceSubscriptions: ['note://plain'],
    })
    await listening.acknowledged
    await client.call('touch')
    const heard = new Set<string>()
    for await (const change of listening) {
      heard.add(change.type === 'resource' ? change.uri : change.type)
      if (heard.has('tools') && heard.has('note://plain')) break
    }
    assert.deepEqual([...heard].sort(), ['note://plain', 'tools'])
  },
  { on: legacyWires },
)

verifies(
  '[SUB-12] a tool that comes or goes is told of, and is there or not',
  async (client) => {
    const listening = client.listen({ toolsListChanged: true })
    await listening.acknowledged
    const changes = listening[Symbol.asyncIterator]()
    await client.call('grow')
    assert.deepEqual((await changes.next()).value, { type: 'tools' })
    assert.equal((await client.callTool('extra')).text, 'extra')
    await client.call('shrink')
    assert.deepEqual((await changes.next()).value, { type: 'tools' })
    await assert.rejects(client.callTool('extra'), { code: -32602 })
    listening.close()
  },
  { on: talkingWires },
)

verifies(
  '[SUB-07, STDIO-08] two subscriptions hear each its own',
  async (client) => {
    const tools = client.listen({ toolsListChanged: true })
    const prompts = client.listen({ promptsListChanged: true })
    await Promise.all([tools.acknowledged, prompts.acknowledged])
    await client.call('touch')
    for (const [listening, type] of [
      [tools, 'tools'],
      [prompts, 'prompts'],
    ] as const) {
      for await (const change of listening) {
        assert.equal(change.type, type)
        break
      }
    }
  },
  { on: modernWires },
)

verifies(
  '[SUB-09] a subscription that the server ends, ends without an error',
  async (client) => {
    const listening = client.listen({ toolsListChanged: true })
    await listening.acknowledged
    await client.call('end_subscriptions')
    const heard: Change[] = []
    for await (const change of listening) heard.push(change)
    assert.deepEqual(heard, [])
  },
  { on: modernWires },
)

verifies(
  '[SUB-10] a subscription that is closed brings nothing more, and the server goes on',
  async (client) => {
    const listening = client.listen({ toolsListChanged: true })
    await listening.acknowledged
    listening.close()
    await client.call('touch')
    for await (const change of listening) assert.fail(change.type)
    assert.equal((await client.call('echo', { text: 'on' })).text, 'on')
  },
  { on: talkingWires },
)
