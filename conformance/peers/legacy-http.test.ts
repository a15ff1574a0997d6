import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient } from '@lutra/client'
import { connectHttp } from '@lutra/client/connect-http'
import { createMemoryStore } from '@lutra/core'
import { freePort } from '../../scripts/free-port.ts'
import { startEverything } from './start-peer.ts'
import { peerOptions, walkEverything } from './walk-everything.ts'

const fresh = () => ({ ...peerOptions, store: createMemoryStore() })

test('server-everything over Streamable HTTP with a session', async () => {
  await using peer = await startEverything('streamableHttp')
  const connection = await connectHttp(`${peer.origin}/mcp`, fresh())
  assert.equal(connection.era, 'legacy')
  assert.equal(connection.protocolVersion, '2025-11-25')
  await walkEverything(connection)
  await connection.close()
})

test('server-everything over HTTP+SSE', async () => {
  await using peer = await startEverything('sse')
  const connection = await connectHttp(`${peer.origin}/sse`, fresh())
  assert.equal(connection.era, 'legacy')
  await walkEverything(connection)
  await connection.close()
})

test('a call goes through although the server has lost the session in a restart', async () => {
  const port = await freePort()
  const peer = await startEverything('streamableHttp', port)
  const connection = await connectHttp(`${peer.origin}/mcp`, fresh())
  await using client = createClient(connection, peerOptions)
  assert.match((await client.call('echo', { message: 'one' })).text, /one/)
  await peer[Symbol.asyncDispose]()
  await using _again = await startEverything('streamableHttp', port)
  assert.match((await client.call('echo', { message: 'two' })).text, /two/)
})
