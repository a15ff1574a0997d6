import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkSampleRequest, checkSampleResult, type SampleRequest } from './sampling.ts'

const text = { type: 'text', text: 'x' }
const user = { role: 'user', content: text }
const uses = (...ids: string[]) => ({
  role: 'assistant',
  content: ids.map((id) => ({ type: 'tool_use', id, name: 'add', input: {} })),
})
const results = (...ids: string[]) => ({
  role: 'user',
  content: ids.map((toolUseId) => ({ type: 'tool_result', toolUseId, content: [text] })),
})
const tools = [{ name: 'add', inputSchema: { type: 'object' } }]

const conversations: readonly [unknown[], RegExp | undefined][] = [
  [[user], undefined],
  [[user, { role: 'assistant', content: [text] }, user], undefined],
  [[user, uses('1', '2'), results('2', '1')], undefined],
  [[user, uses('1'), results('1'), uses('2'), results('2'), user], undefined],
  [[user, uses('1')], /results of the tools used last: 1/],
  [[user, uses('1'), user], /message 2: expected exactly the results.*: 1/],
  [[user, uses('1', '2'), results('1')], /message 2: expected exactly/],
  [[user, uses('1'), results('1', '1')], /message 2: expected exactly/],
  [[user, uses('1'), results('1', '3')], /message 2: expected exactly/],
  [[user, results('1')], /message 1: expected exactly.*none/],
  [[user, uses('1', '1'), results('1', '1')], /id of its own/],
  [[user, uses('1'), { role: 'user', content: [...results('1').content, text] }], /nothing else/],
  [[{ role: 'user', content: uses('1').content }], /user has no tool_use/],
  [[{ role: 'system', content: text }], /"role"/],
  [[{ role: 'user', content: 'plain' }], /"content"/],
  [[{ role: 'user' }], /"content"/],
  [[null], /object/],
  [[], /messages/],
]

test('[FEAT-40, FEAT-41, FEAT-42] conversations are balanced: each use of a tool has its result in the next message', () => {
  for (const [messages, problem] of conversations) {
    const found = checkSampleRequest({ messages, maxTokens: 1 })
    if (problem) assert.match(found ?? '', problem)
    else assert.equal(found, undefined)
  }
})

test('[FEAT-43] the choice of tools needs tools', () => {
  const request = { messages: [user], maxTokens: 1 }
  assert.equal(
    checkSampleRequest({ ...request, tools, toolChoice: { mode: 'required' } }),
    undefined,
  )
  assert.match(
    checkSampleRequest({ ...request, toolChoice: { mode: 'auto' } }) ?? '',
    /needs tools/,
  )
  assert.match(
    checkSampleRequest({ ...request, tools, toolChoice: { mode: 'any' } }) ?? '',
    /auto, none/,
  )
  assert.match(
    checkSampleRequest({ ...request, tools: [{ name: 'x' }] }) ?? '',
    /tool descriptions/,
  )
  assert.match(checkSampleRequest({ ...request, maxTokens: 1.5 }) ?? '', /maxTokens/)
})

test('[FEAT-43] a result may use the tools that were offered, and no others', () => {
  const result = { ...uses('1'), model: 'm' }
  const request = { messages: [user], maxTokens: 1 } as SampleRequest
  assert.equal(checkSampleResult(result), undefined)
  assert.equal(checkSampleResult(result, { ...request, tools }), undefined)
  assert.match(checkSampleResult(result, request) ?? '', /not offered: add/)
  const none = { ...request, tools, toolChoice: { mode: 'none' } } as const
  assert.match(checkSampleResult(result, none) ?? '', /not offered/)
})

test('whatever comes is checked without an exception', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(fc.jsonValue()), (value, messages) => {
      checkSampleRequest(value)
      checkSampleRequest({ messages, maxTokens: 1 })
      checkSampleResult(value)
      const block = { role: 'assistant', model: 'm', content: value }
      assert.ok(['string', 'undefined'].includes(typeof checkSampleResult(block)))
    }),
  )
})
