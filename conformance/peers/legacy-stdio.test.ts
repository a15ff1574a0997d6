import assert from 'node:assert/strict'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createClient } from '@lutra/client'
import { type Command, connectStdio } from '@lutra/client/connect-stdio'
import { createMemoryStore } from '@lutra/core'
import { peerFile } from './start-peer.ts'
import { peerOptions, walkEverything } from './walk-everything.ts'

const node = (file: string, ...args: string[]): Command => ({
  command: process.execPath,
  args: [file, ...args],
})

test('server-everything over stdio', async () => {
  const file = peerFile('@modelcontextprotocol/server-everything')
  const options = { ...peerOptions, store: createMemoryStore() }
  const connection = await connectStdio(node(file, 'stdio'), options)
  assert.equal(connection.era, 'legacy')
  assert.equal(connection.protocolVersion, '2025-11-25')
  await walkEverything(connection)
  await connection.close()
})

test('server-filesystem over stdio, which asks for roots of its own accord', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'peers-')))
  try {
    await writeFile(join(folder, 'note.txt'), 'remember the milk')
    const command = node(peerFile('@modelcontextprotocol/server-filesystem'), folder)
    const options = { ...peerOptions, answer: { roots: [{ uri: `file://${folder}` }] } }
    await using client = createClient(await connectStdio(command, options), options)
    assert.ok((await client.listTools()).length > 5)
    const read = await client.call('read_text_file', { path: join(folder, 'note.txt') })
    assert.match(read.text, /milk/)
    const failed = await client.callTool('read_text_file', { path: '/etc/passwd' })
    assert.equal(failed.isError, true)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('server-memory over stdio', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'peers-'))
  try {
    const command: Command = {
      ...node(peerFile('@modelcontextprotocol/server-memory')),
      env: { MEMORY_FILE_PATH: join(folder, 'memory.jsonl') },
    }
    await using client = createClient(await connectStdio(command, peerOptions), peerOptions)
    const entities = [{ name: 'otter', entityType: 'animal', observations: ['swims'] }]
    await client.call('create_entities', { entities })
    assert.match((await client.call('read_graph')).text, /swims/)
  } finally {
    await rm(folder, { recursive: true })
  }
})
