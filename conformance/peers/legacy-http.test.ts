import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ClientOptions, createClient } from '@lutra/client'
import type { Connection } from '@lutra/core'
import { connectLegacyHttp } from '../../packages/client/src/legacy/http.ts'
import { connectLegacySse } from '../../packages/client/src/legacy/sse.ts'
import { startEverything } from './start-peer.ts'

const options: ClientOptions = {
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
async function walk(connection: Connection): Promise<void> {
  const client = createClient(connection, options)
  const progress: number[] = []
  const tools = await client.listTools()
  assert.ok(tools.some(({ name }) => name === 'echo'))
  const echo = await client.call('echo', { message: 'hello' })
  assert.match(echo.text, /hello/)
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
}

test('Streamable HTTP with a session', async () => {
  await using peer = await startEverything('streamableHttp')
  const connection = await connectLegacyHttp(`${peer.origin}/mcp`, options)
  assert.equal(connection.protocolVersion, '2025-11-25')
  await walk(connection)
  await connection.close()
})

test('HTTP+SSE', async () => {
  await using peer = await startEverything('sse')
  const connection = await connectLegacySse(`${peer.origin}/sse`, options)
  await walk(connection)
  await connection.close()
})
