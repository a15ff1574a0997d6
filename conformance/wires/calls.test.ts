import assert from 'node:assert/strict'
import { verifies } from './verifies.ts'

verifies('[WIRE-02, VER-03, VER-14] a server says what it is and can', async (client, wire) => {
  assert.equal(client.connection.era, wire.era)
  assert.equal(client.connection.protocolVersion, wire.revision)
  const { capabilities, instructions, serverInfo } = await client.discover()
  assert.equal(instructions, 'Use it well')
  assert.equal(serverInfo?.name, 'workshop')
  for (const one of ['tools', 'resources', 'prompts', 'completions'] as const) {
    // The oldest revision has no capability for completions.
    if (one === 'completions' && wire.revision === '2024-11-05') continue
    assert.ok(capabilities[one], one)
  }
  assert.equal(capabilities.extensions, undefined)
})

verifies('a tool answers in text, in data, and in both', async (client, wire) => {
  const said = await client.call('echo', { text: 'Grüezi 🦦\n\u2028"' })
  assert.equal(said.text, 'Grüezi 🦦\n\u2028"')
  const added = await client.call('add', { a: 2, b: 3 })
  assert.deepEqual(JSON.parse(added.text), { sum: 5 })
  if (wire.revision >= '2025-06-18') assert.deepEqual(added.data, { sum: 5 })
})

verifies(
  '[LEG-13, SCH-11] a list is data, or text where only objects are known',
  async (client, wire) => {
    const { data, text } = await client.call('numbers')
    assert.equal(text, '[1,2,3]')
    if (wire.era === 'modern') assert.deepEqual(data, [1, 2, 3])
    else assert.equal(data, '[1,2,3]')
  },
)

verifies('[FEAT-16, FEAT-17, LEG-32] each kind of content arrives whole', async (client, wire) => {
  const { content } = await client.call('contents')
  const [words, picture, sound, pointer, inside] = content
  assert.deepEqual(words, { type: 'text', text: 'words' })
  assert.deepEqual(picture, { type: 'image', data: 'AQID', mimeType: 'image/png' })
  if (wire.revision >= '2025-03-26') {
    assert.deepEqual(sound, { type: 'audio', data: 'AQID', mimeType: 'audio/wav' })
  } else assert.notEqual(sound?.type, 'audio')
  if (wire.revision >= '2025-06-18') {
    assert.deepEqual(pointer, { type: 'resource_link', uri: 'note://plain', name: 'plain' })
  } else assert.notEqual(pointer?.type, 'resource_link')
  assert.deepEqual(inside, {
    type: 'resource',
    resource: { uri: 'note://inside', mimeType: 'text/plain', text: 'inside' },
  })
})

verifies('what is mounted answers under its prefix', async (client) => {
  assert.equal((await client.call('annex_hello')).text, 'from the annex')
})

verifies('what middleware found out reaches the handler', async (client) => {
  assert.equal((await client.call('who')).text, 'caller of who')
})

verifies('[WIRE-08, WIRE-46] calls side by side get each its own answer', async (client) => {
  const texts = Array.from({ length: 20 }, (_, at) => `text ${at}`)
  const said = await Promise.all(texts.map((text) => client.call('echo', { text })))
  assert.deepEqual(
    said.map(({ text }) => text),
    texts,
  )
})

verifies(
  '[WIRE-42, WIRE-43] the method of an extension that nobody switched on is unknown',
  async (client) => {
    await assert.rejects(client.request('com.example/method'), { code: -32601 })
    assert.equal((await client.call('echo', { text: 'still here' })).text, 'still here')
  },
)
