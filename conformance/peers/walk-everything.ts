import assert from 'node:assert/strict'
import { type ClientOptions, createClient } from '@lutra/client'
import type { Connection } from '@lutra/core'

/** A client that can answer whatever server-everything asks. */
export const peerOptions: ClientOptions = {
  info: { name: 'test', version: '1' },
  onWarning() {},
  answer: {
    elicit: () => ({ action: 'accept', content: { name: 'Ada', check: true } }),
    elicitUrl: () => ({ action: 'accept' }),
    sample: () => ({
      role: 'assistant',
      model: 'none',
      content: { type: 'text', text: 'sampled words' },
    }),
    roots: [{ uri: 'file:///tmp', name: 'tmp' }],
  },
}

/** What every wire to server-everything must carry. */
export async function walkEverything(connection: Connection): Promise<void> {
  const client = createClient(connection, peerOptions)
  const tools = await client.listTools()
  assert.ok(tools.some(({ name }) => name === 'echo'))
  assert.match((await client.call('echo', { message: 'hello' })).text, /hello/)

  const progress: number[] = []
  const long = await client.call(
    'trigger-long-running-operation',
    { duration: 0.2, steps: 2 },
    { onProgress: (one) => progress.push(one.progress) },
  )
  assert.match(long.text, /completed/i)
  assert.deepEqual(progress, [1, 2])

  assert.match((await client.call('trigger-elicitation-request')).text, /Ada/)
  const sampled = await client.call('trigger-sampling-request', { prompt: 'x', maxTokens: 5 })
  assert.match(sampled.text, /sampled words/)
  assert.match((await client.call('get-roots-list')).text, /file:\/\/\/tmp/)

  const [first] = await client.listResources()
  assert.ok(first)
  assert.ok((await client.readResource(first.uri)).contents.length > 0)
  await assert.rejects(client.readResource('demo://nothing/here'), { code: -32602 })
  const prompt = await client.getPrompt('args-prompt', { city: 'Bern' })
  assert.match(JSON.stringify(prompt.messages), /Bern/)
}
