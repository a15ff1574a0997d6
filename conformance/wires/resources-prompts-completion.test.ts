import assert from 'node:assert/strict'
import { verifies } from './verifies.ts'

verifies('resources are read as text and as bytes', async (client) => {
  assert.equal((await client.readResource('note://plain')).text, 'a plain note')
  const { contents } = await client.readResource('note://bytes')
  assert.deepEqual(contents, [
    { uri: 'note://bytes', mimeType: 'application/octet-stream', blob: 'AP8=' },
  ])
})

verifies('[FEAT-13] a template is read by its parameters', async (client) => {
  const [template] = await client.listResourceTemplates()
  assert.equal(template?.uriTemplate, 'city://{country}/{city}')
  assert.equal((await client.readResource('city://CH/Bern')).text, 'Bern in CH')
  await assert.rejects(client.readResource('city://CH/Bern/../Basel'), { code: -32602 })
})

verifies('[FEAT-19] prompts are rendered with their arguments', async (client) => {
  const { messages } = await client.getPrompt('greet', { name: 'Ada', tone: 'cool' })
  assert.deepEqual(messages, [
    { role: 'user', content: { type: 'text', text: 'Greet Ada, cool' } },
    { role: 'assistant', content: { type: 'text', text: 'Gladly' } },
  ])
  assert.equal((await client.getPrompt('plain')).text, 'Say something')
})

verifies(
  '[UTIL-28] arguments of prompts and parameters of templates are completed',
  async (client) => {
    const prompt = { type: 'ref/prompt', name: 'greet' } as const
    const named = await client.complete({ ref: prompt, argument: { name: 'name', value: 'Al' } })
    assert.deepEqual(named.values, ['Alan'])
    const tones = await client.complete({ ref: prompt, argument: { name: 'tone', value: '' } })
    assert.deepEqual(tones.values, ['warm', 'cool'])
    const template = { type: 'ref/resource', uri: 'city://{country}/{city}' } as const
    const city = await client.complete({ ref: template, argument: { name: 'city', value: 'B' } })
    assert.deepEqual(city.values, ['Basel', 'Bern', 'Brig'])
  },
)

verifies('[UTIL-30] what cannot be completed is refused', async (client) => {
  const argument = { name: 'name', value: '' }
  const ref = { type: 'ref/prompt', name: 'nobody' } as const
  await assert.rejects(client.complete({ ref, argument }), { code: -32602 })
})
