import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createServer, prompt, resource, tool } from '@lutra/server'
import { callOf } from '../../test/calls.ts'

const definitions = (_meta: Readonly<Record<string, unknown>>) => ({
  tools: [tool({ name: 'one', description: 'One', _meta, run: () => 'done' })],
  prompts: [prompt({ name: 'one', _meta, render: () => 'said' })],
  resources: [resource({ uri: 'note://one', _meta, read: () => 'read' })],
})

test('[WIRE-26, WIRE-27, WIRE-28] a definition with a malformed _meta key is refused', () => {
  for (const key of ['/x', '1com.example/x', 'com.example/-x', 'com_example/x', 'a b']) {
    for (const [kind, some] of Object.entries(definitions({ [key]: 1 }))) {
      assert.throws(
        () => createServer({ name: 'x', version: '1', [kind]: some }),
        (error: Error) => error instanceof TypeError && error.message.includes(`"${key}"`),
        `${kind} ${key}`,
      )
    }
  }
})

test('[WIRE-30] reserved keys of which nobody here knows the meaning change nothing', async () => {
  const _meta = { 'dev.mcp/what': [1], 'io.modelcontextprotocol/later': null, own: 'too' }
  const server = createServer({ name: 'x', version: '1', ...definitions(_meta) })
  const { tools } = await server(callOf('tools/list'))
  assert.deepEqual((tools as { _meta: object }[])[0]?._meta, _meta)
  const envelope = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
    ..._meta,
    'com.mcp.x/y': { deep: [{}] },
  }
  const { content } = await server(callOf('tools/call', { name: 'one', _meta: envelope }))
  assert.deepEqual(content, [{ type: 'text', text: 'done' }])
})
