import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '../eventually.ts'
import type { OfficialClient } from './official-client.ts'

type Walk = (client: OfficialClient, era: 'modern' | 'legacy') => Promise<void>

const notification = (what: string) => `notifications/${what}`
const textOf = ({ content }: Awaited<ReturnType<OfficialClient['call']>>) => content[0]?.text

/** What every official client can do with our server, over every wire. */
export const walks = {
  async 'the server says what it is'({ server }) {
    assert.deepEqual(server, { name: 'lutra-peers', instructions: 'One of everything, for peers.' })
  },

  async 'lists come whole from their pages'(client, era) {
    const tools = await client.tools()
    const names = tools.map(({ name }) => name)
    assert.ok(names.length > 20)
    assert.equal(new Set(names).size, names.length)
    assert.deepEqual(
      (await client.tools()).map(({ name }) => name),
      names,
    )
    // What is no object has no output schema in the older revisions.
    const list = tools.find(({ name }) => name === 'numbers')
    assert.equal(list?.outputSchema !== undefined, era === 'modern')
    assert.equal((await client.resources()).length, 3)
    assert.equal((await client.templates()).length, 2)
    assert.equal((await client.prompts()).length, 5)
    await assert.rejects(client.page('no-such-cursor'), { code: -32602 })
  },

  async 'every kind of content arrives'(client) {
    const kinds = async (name: string) => (await client.call(name)).content.map(({ type }) => type)
    assert.deepEqual(await kinds('test_simple_text'), ['text'])
    assert.deepEqual(await kinds('test_image_content'), ['image'])
    assert.deepEqual(await kinds('test_audio_content'), ['audio'])
    assert.deepEqual(await kinds('test_embedded_resource'), ['resource'])
    assert.deepEqual(await kinds('test_multiple_content_types'), ['text', 'image', 'resource'])
  },

  async 'structured content arrives, with its text'(client, era) {
    const added = await client.call('sum', { a: 1, b: 2 })
    assert.deepEqual(added.structuredContent, { total: 3 })
    assert.equal(textOf(added), '{"total":3}')
    const listed = await client.call('numbers')
    assert.deepEqual(listed.structuredContent, era === 'modern' ? [1, 2, 3] : undefined)
    assert.equal(textOf(listed), '[1,2,3]')
  },

  async 'errors are told apart'(client, era) {
    const failed = await client.call('sum', { a: -1, b: 2 })
    assert.deepEqual([failed.isError, textOf(failed)], [true, 'Too small'])
    const wrong = await client.call('sum', { a: 'one' })
    assert.equal(wrong.isError, true)
    await assert.rejects(client.call('no-such-tool'), { code: -32602 })
    await assert.rejects(client.prompt('no-such-prompt'), { code: -32602 })
    // The client of 2.4 takes the older code for the newer one.
    const code = era === 'legacy' && client.major === 1 ? -32002 : -32602
    await assert.rejects(client.read('test://none'), { code })
  },

  async 'parameters go by headers too'(client) {
    const args = { region: 'Zürich\n', priority: 7, verbose: true, query: 'x' }
    const echoed = await client.call('test_custom_header', args)
    assert.deepEqual(JSON.parse(textOf(echoed) ?? ''), args)
  },

  async 'progress is told in order'(client) {
    const all = [0, 50, 100]
    let told: number[] = []
    // The official client drops progress that it reads together with the result, as it may on a busy machine.
    for (let tries = 0; tries < 5 && told.length < all.length; tries++) {
      told = []
      const onprogress = ({ progress }: { progress: number }) => void told.push(progress)
      await client.call('test_tool_with_progress', {}, { onprogress })
      assert.deepEqual(told, all.slice(0, told.length))
    }
    assert.deepEqual(told, all)
  },

  async 'a call that is given up ends at the server'(client) {
    const count = async (name: string) => Number(textOf(await client.call(name)))
    const [begun, before] = [await count('begun'), await count('given_up')]
    const giving = new AbortController()
    const call = client.call('hang', {}, { signal: giving.signal })
    const rejected = assert.rejects(call)
    while ((await count('begun')) === begun) await pause(5)
    giving.abort('enough')
    await rejected
    let after = before
    for (let tries = 0; tries < 500 && after === before; tries++) {
      await pause(5)
      after = await count('given_up')
    }
    assert.equal(after, before + 1)
  },

  async 'logs come to who wants them'(client) {
    const logs = () => client.heard.filter(({ method }) => method === notification('message'))
    await client.call('test_logging_tool', {}, { logLevel: 'error' })
    assert.equal(logs().length, 0)
    await client.call('test_logging_tool', {}, { logLevel: 'info' })
    await eventually(() => logs().length === 1, 'a log message')
    assert.match(JSON.stringify(logs()[0]?.params), /Logging evaluated/)
  },

  async 'the user is asked'(client) {
    const said = async (name: string, args = {}) => textOf(await client.call(name, args))
    assert.equal(await said('test_input_required_result_elicitation'), 'Hello, Ada!')
    assert.match((await said('test_elicitation', { message: 'Who?' })) ?? '', /action=accept.*ada/)
    assert.match(
      (await said('test_input_required_result_multi_round')) ?? '',
      /for Ada who likes green/,
    )
    assert.equal(await said('test_input_required_result_request_state'), 'state-ok')
    assert.match((await said('test_input_required_by_hand')) ?? '', /green/)
    const [message] = await client.prompt('test_input_required_result_prompt')
    assert.deepEqual(message?.content, { type: 'text', text: 'Use this: c' })
  },

  async 'the user is sent to a page'(client) {
    assert.equal(textOf(await client.call('visit')), 'visit: accept')
  },

  async 'the model and the roots of the client are asked for'(client) {
    const said = async (name: string, args = {}) => textOf(await client.call(name, args)) ?? ''
    assert.match(await said('test_sampling', { prompt: 'x' }), /sampled words/)
    assert.match(await said('test_input_required_result_list_roots'), /1 root\(s\): file:\/\/\/tmp/)
    const all = await said('test_input_required_result_multiple_inputs')
    assert.equal(all, 'Name: Ada; Greeting: sampled words; Roots: 1')
  },

  async 'resources and templates are read'(client) {
    const [text] = await client.read('test://static-text')
    assert.match(text?.text ?? '', /static text resource/)
    const [bytes] = await client.read('test://static-binary')
    assert.ok(bytes?.blob)
    const [made] = await client.read('test://template/7/data')
    assert.equal(JSON.parse(made?.text ?? '').id, '7')
    const [city] = await client.read('city://ch/Bern')
    assert.equal(city?.text, 'Bern in ch')
  },

  async 'prompts are rendered'(client) {
    const [simple] = await client.prompt('test_simple_prompt')
    assert.deepEqual(simple?.content, {
      type: 'text',
      text: 'This is a simple prompt for testing.',
    })
    const [filled] = await client.prompt('test_prompt_with_arguments', { arg1: 'a', arg2: 'b' })
    assert.match(JSON.stringify(filled?.content), /arg1='a', arg2='b'/)
    assert.equal((await client.prompt('test_prompt_with_image')).length, 2)
  },

  async 'arguments are completed'(client) {
    const ref = { type: 'ref/prompt' as const, name: 'test_prompt_with_arguments' }
    assert.deepEqual(await client.complete({ ref, argument: { name: 'arg1', value: 'te' } }), [
      'testValue1',
    ])
    const city = { type: 'ref/resource' as const, uri: 'city://{country}/{city}' }
    assert.deepEqual(
      await client.complete({ ref: city, argument: { name: 'city', value: 'Be' } }),
      ['Bern'],
    )
  },

  async 'changes are heard of'(client) {
    await client.listen('test://watched-resource')
    const kinds = ['tools/list_changed', 'prompts/list_changed', 'resources/list_changed']
    const wanted = [...kinds, 'resources/updated'].map(notification)
    const heard = () => new Set(client.heard.map(({ method }) => method))
    // The stream of announcements of an older session may come up a little later than its first calls.
    await eventually(async () => {
      void client.call('touch').catch(() => {})
      await pause(20)
      return wanted.every((one) => heard().has(one))
    }, 'all changes')
  },

  async 'the server is still there'(client) {
    assert.ok(await client.ping())
  },
} satisfies Record<string, Walk>
