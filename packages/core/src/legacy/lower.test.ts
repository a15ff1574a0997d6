import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  findRevision,
  initializeResult,
  legacyVersions,
  liftClientCapabilities,
  lowerError,
  lowerNotification,
  lowerQuestion,
  lowerResult,
  negotiateRevision,
  type Revision,
  readInitialize,
  requiredElicitations,
  urlElicitationRequired,
} from '@lutra/core/legacy'
import { invalidParams, missingCapability, RpcError } from '../error.ts'
import { metaKeys } from '../meta.ts'

function revision(version: string): Revision {
  const found = findRevision(version)
  assert.ok(found)
  return found
}
const [r24, r03, r06, r11] = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'].map(
  revision,
) as [Revision, Revision, Revision, Revision]
const complete = { resultType: 'complete' }

test('[LEG-02] each spoken revision has its facts, and an unknown one is answered with the newest', () => {
  for (const version of legacyVersions) {
    assert.equal(findRevision(version)?.version, version)
    assert.equal(negotiateRevision(version).version, version)
  }
  assert.equal(findRevision('2026-07-28'), undefined)
  assert.equal(negotiateRevision('2099-01-01').version, '2025-11-25')
})

test('results lose the words of the modern era, and nothing else', () => {
  const result = {
    ...complete,
    ttlMs: 5,
    cacheScope: 'public',
    resources: [],
    nextCursor: 'c',
    _meta: { [metaKeys.serverInfo]: { name: 's', version: '1' }, 'x.example/y': 1 },
  }
  assert.deepEqual(lowerResult('resources/list', result, r11), {
    resources: [],
    nextCursor: 'c',
    _meta: { 'x.example/y': 1 },
  })
  const own = { ...complete, ttlMs: 5, _meta: { [metaKeys.serverInfo]: {} } }
  assert.deepEqual(lowerResult('example/own', own, r11), { ttlMs: 5 })
  assert.equal(result.ttlMs, 5)
})

test('[LEG-13] structured content that is no object goes as text, with its schema', () => {
  for (const value of [[1, 2], 'text', 0, false, null]) {
    const result = { ...complete, content: [], structuredContent: value }
    assert.deepEqual(lowerResult('tools/call', result, r11), {
      content: [{ type: 'text', text: JSON.stringify(value) }],
    })
  }
  const said = { ...complete, content: [{ type: 'text', text: 'one' }], structuredContent: [1] }
  assert.deepEqual(lowerResult('tools/call', said, r11), {
    content: [{ type: 'text', text: 'one' }],
  })
  const object = { ...complete, content: [], structuredContent: { a: 1 } }
  assert.deepEqual(lowerResult('tools/call', object, r06), {
    content: [],
    structuredContent: { a: 1 },
  })
  assert.deepEqual(lowerResult('tools/call', object, r03)['content'], [
    { type: 'text', text: '{"a":1}' },
  ])
})

test('tool lists keep only schemas that a legacy client can parse', () => {
  const inputSchema = {
    type: 'object',
    properties: { any: true, none: false, n: { type: 'null' } },
  }
  const plain = { name: 'plain', inputSchema: { type: 'object' }, icons: [] }
  const tools = [
    plain,
    { name: 'list', inputSchema, outputSchema: { type: 'array' } },
    { name: 'object', inputSchema: { type: 'object' }, outputSchema: { type: 'object' } },
  ]
  const lowered = lowerResult('tools/list', { ...complete, tools }, r11)['tools'] as unknown[]
  assert.equal(lowered[0], plain)
  assert.deepEqual(lowered[1], {
    name: 'list',
    inputSchema: {
      type: 'object',
      properties: { any: {}, none: { not: {} }, n: { type: 'null' } },
    },
  })
  assert.equal(lowered[2], tools[2])
})

test('[LEG-32] content that a revision does not know is said in blocks that it knows', () => {
  const link = { type: 'resource_link', uri: 'a:b', name: 'n', description: 'd' }
  const audio = { type: 'audio', data: 'AAAA', mimeType: 'audio/wav' }
  const result = { ...complete, content: [link, audio] }
  assert.deepEqual(lowerResult('tools/call', result, r06)['content'], [link, audio])
  assert.deepEqual(lowerResult('tools/call', result, r03)['content'], [
    { type: 'text', text: 'n, d: a:b' },
    audio,
  ])
  const [, sound] = lowerResult('tools/call', result, r24)['content'] as [
    unknown,
    { type: string; resource: Record<string, unknown> },
  ]
  assert.equal(sound.type, 'resource')
  assert.equal(sound.resource['blob'], 'AAAA')
  assert.equal(sound.resource['mimeType'], 'audio/wav')
  const prompt = { ...complete, messages: [{ role: 'user', content: link }] }
  assert.deepEqual(lowerResult('prompts/get', prompt, r24)['messages'], [
    { role: 'user', content: { type: 'text', text: 'n, d: a:b' } },
  ])
})

test('[LEG-27] a missing resource has its own code, other bad params have not', () => {
  const missing = invalidParams('Resource not found: a:b', { uri: 'a:b' })
  assert.equal(lowerError(missing, 'resources/read').code, -32002)
  assert.deepEqual(lowerError(missing, 'resources/read').data, { uri: 'a:b' })
  assert.equal(lowerError(missing, 'tools/call').code, -32602)
  assert.equal(lowerError(invalidParams('uri is missing'), 'resources/read').code, -32602)
  assert.equal(lowerError(missingCapability({ elicitation: {} }), 'tools/call').code, -32600)
  assert.equal(lowerError(new RpcError('x', { code: -32603 }), 'ping').code, -32603)
})

test('[LEG-24] pages to visit first go out and come back as an error', () => {
  const page = { mode: 'url', elicitationId: 'e', url: 'https://a.example', message: 'm' } as const
  const error = urlElicitationRequired([page])
  assert.equal(error.code, -32042)
  assert.deepEqual(requiredElicitations(error), [page])
  assert.equal(requiredElicitations(invalidParams('x')), undefined)
})

test('notifications lose the tag of their listen stream', () => {
  const method = 'notifications/tools/list_changed'
  const tagged = { method, params: { _meta: { [metaKeys.subscriptionId]: 0 } } }
  assert.deepEqual(lowerNotification(tagged), { method })
  const updated = { uri: 'a:b', _meta: { [metaKeys.subscriptionId]: '', 'x.example/y': 1 } }
  assert.deepEqual(
    lowerNotification({ method: 'notifications/resources/updated', params: updated }),
    {
      method: 'notifications/resources/updated',
      params: { uri: 'a:b', _meta: { 'x.example/y': 1 } },
    },
  )
  assert.equal(lowerNotification({ method: 'notifications/subscriptions/acknowledged' }), undefined)
})

test('[LEG-21] a client is taken at its word only as far as its revision goes', () => {
  const declared = {
    roots: { listChanged: true },
    sampling: { tools: {} },
    elicitation: { form: {}, url: {} },
    tasks: { list: {} },
    extensions: { 'io.modelcontextprotocol/tasks': {}, 'io.modelcontextprotocol/ui': {} },
  }
  assert.deepEqual(liftClientCapabilities(declared, r11), {
    roots: { listChanged: true },
    sampling: { tools: {} },
    elicitation: { form: {}, url: {} },
    extensions: { 'io.modelcontextprotocol/ui': {} },
  })
  assert.deepEqual(liftClientCapabilities(declared, r06)['elicitation'], { form: {} })
  assert.deepEqual(liftClientCapabilities(declared, r06)['sampling'], {})
  assert.equal('elicitation' in liftClientCapabilities(declared, r03), false)
  assert.deepEqual(liftClientCapabilities({ elicitation: {} }, r11), { elicitation: { form: {} } })
  assert.deepEqual(liftClientCapabilities({ elicitation: { url: {} } }, r11), {
    elicitation: { url: {} },
  })
  assert.deepEqual(liftClientCapabilities({ elicitation: { url: {} } }, r06), {})
})

test('the handshake reads what the client says and names the server', () => {
  const hello = readInitialize({
    protocolVersion: '2025-03-26',
    capabilities: { roots: {} },
    clientInfo: { name: 'c', version: '1', title: 'C' },
  })
  assert.equal(hello.revision, r03)
  assert.deepEqual(hello.clientInfo, { name: 'c', version: '1', title: 'C' })
  assert.throws(() => readInitialize({ capabilities: {} }), { code: -32602 })
  assert.throws(() => readInitialize({ protocolVersion: '2025-03-26', capabilities: [] }), {
    code: -32602,
  })
  const discovered = {
    ...complete,
    supportedVersions: ['2026-07-28'],
    capabilities: { tools: {} },
    instructions: 'i',
    _meta: { [metaKeys.serverInfo]: { name: 's', version: '2' } },
  }
  assert.deepEqual(initializeResult(r03, discovered), {
    protocolVersion: '2025-03-26',
    capabilities: { tools: {} },
    serverInfo: { name: 's', version: '2' },
    instructions: 'i',
  })
})

test('questions are put in the words of the revision', () => {
  const url = { mode: 'url', message: 'm', url: 'https://a.example' }
  assert.deepEqual(lowerQuestion({ method: 'elicitation/create', params: url }, r11, 'e1').params, {
    ...url,
    elicitationId: 'e1',
  })
  const choice = { type: 'string', oneOf: [{ const: 'a', title: 'A' }, { const: 'b' }] }
  const requestedSchema = { type: 'object', properties: { choice } }
  const form = {
    method: 'elicitation/create',
    params: { mode: 'form', message: 'm', requestedSchema },
  } as const
  assert.deepEqual(lowerQuestion(form, r11, 'e').params, form.params)
  assert.deepEqual(lowerQuestion(form, r06, 'e').params, {
    message: 'm',
    requestedSchema: {
      type: 'object',
      properties: { choice: { type: 'string', enum: ['a', 'b'], enumNames: ['A', 'b'] } },
    },
  })
  const content = [
    { type: 'text', text: 'a' },
    { type: 'text', text: 'b' },
  ]
  const sample = {
    method: 'sampling/createMessage',
    params: { messages: [{ role: 'user', content }] },
  } as const
  assert.deepEqual(lowerQuestion(sample, r06, 'e').params['messages'], [
    { role: 'user', content: content[0] },
    { role: 'user', content: content[1] },
  ])
})
