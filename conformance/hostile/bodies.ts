/** Bodies that are almost JSON-RPC. */
import type { Chance } from './random.ts'
import { envelope, hello } from './wire.ts'

const methods = [
  'tools/call',
  'tools/list',
  'server/discover',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'subscriptions/listen',
  'initialize',
  'ping',
  'logging/setLevel',
  'resources/subscribe',
  'resources/unsubscribe',
  'notifications/cancelled',
  'notifications/initialized',
  'tasks/get',
  '__proto__',
  'constructor',
  'toString',
  '',
  'rpc.discover',
  'tools/call\u0000',
]

const tools = ['echo', 'mirrored', 'ask', 'own-state', 'ticks', 'fails', 'promises', '__proto__']

/** What no field expects. */
export const oddValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  '',
  '\u0000',
  '\ud800',
  '2026-07-28',
  '2025-11-25',
  '../../etc/passwd',
  '%00%ff',
  '__proto__',
  [],
  [[]],
  [null],
  {},
  { toString: 1 },
  { constructor: { prototype: { polluted: 1 } } },
  JSON.parse('{"then":"x","__proto__":{"polluted":1}}'),
  { length: 1e9 },
  'x'.repeat(5000),
  Array.from({ length: 200 }, (_, n) => n),
]

/** What a request would be if nothing was wrong with it. */
export function soundBody(chance: Chance): Record<string, unknown> {
  const method = chance.one(methods)
  const id = chance.one([1, 0, -7, 'a', '', 2 ** 40, chance.below(1e6)])
  const params: Record<string, unknown> = { ...paramsOf(method, chance) }
  if (!chance.rarely(3)) params['_meta'] = metaOf(chance)
  const message: Record<string, unknown> = { jsonrpc: '2.0', id, method, params }
  if (method.startsWith('notifications/')) delete message['id']
  return message
}

function metaOf(chance: Chance): object {
  const capabilities = chance.one([{}, { elicitation: {} }, { elicitation: { url: {} } }])
  const whole = { ...envelope(capabilities), progressToken: chance.one([1, 'p', undefined]) }
  return chance.rarely(8) ? { ...whole, traceparent: chance.one(['00-0-0-0', 'x', 7]) } : whole
}

function paramsOf(method: string, chance: Chance): object {
  switch (method) {
    case 'tools/call':
      return { name: chance.one(tools), arguments: { text: 'x', how: 'well', region: 'r', n: 1 } }
    case 'prompts/get':
      return { name: 'greet', arguments: { who: 'ann' } }
    case 'resources/read':
    case 'resources/subscribe':
    case 'resources/unsubscribe':
      return { uri: chance.one(['note://one', 'note://broken', 'file://a/b?q=1', 'none://']) }
    case 'completion/complete':
      return { ref: { type: 'ref/prompt', name: 'greet' }, argument: { name: 'who', value: 'a' } }
    case 'subscriptions/listen':
      return { notifications: { toolsListChanged: true, resourceSubscriptions: ['note://one'] } }
    case 'initialize':
      return hello
    case 'logging/setLevel':
      return { level: 'debug' }
    case 'notifications/cancelled':
      return { requestId: chance.below(5) }
    default:
      return chance.rarely(4) ? { cursor: chance.one(['', 'YWZ0ZXI6ZWNobw', '\u0000']) } : {}
  }
}

/** Breaks some of a value: wrong types, missing keys, names of the language, depth. */
function mutate(value: unknown, chance: Chance): unknown {
  if (typeof value !== 'object' || value === null || chance.rarely(6)) return chance.one(oddValues)
  if (Array.isArray(value))
    return value.map((part) => (chance.rarely(2) ? mutate(part, chance) : part))
  const entries = Object.entries(value)
  const at = chance.below(entries.length + 1)
  const [key] = entries[at] ?? []
  if (key === undefined) entries.push([chance.one(oddNames), chance.one(oddValues)])
  else if (chance.rarely(4)) entries.splice(at, 1)
  else
    entries[at] = [chance.rarely(8) ? chance.one(oddNames) : key, mutate(entries[at]?.[1], chance)]
  return Object.fromEntries(entries)
}

const oddNames = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'inputResponses',
  'requestState',
  'result',
  'error',
  'io.modelcontextprotocol/logLevel',
  '',
]

/** The bytes of a body: JSON that was broken as a value, as text or as bytes. */
export function bodyOf(chance: Chance, message: unknown): Buffer {
  let value = message
  for (let times = chance.below(5) - 2; times > 0; times--) value = mutate(value, chance)
  if (chance.rarely(20)) value = Array.from({ length: chance.below(5) }, () => soundBody(chance))
  let text = JSON.stringify(value) ?? 'undefined'
  if (chance.rarely(8)) text = damage(text, chance)
  const bytes = Buffer.from(text)
  if (chance.rarely(16) && bytes.length > 0) bytes[chance.below(bytes.length)] = chance.below(256)
  return chance.rarely(30)
    ? Buffer.concat([bytes, Buffer.from([0xff, 0xfe, 0xed, 0xa0, 0x80])])
    : bytes
}

function damage(text: string, chance: Chance): string {
  const deep = chance.one([10, 127, 128, 200, 5000])
  switch (chance.below(11)) {
    case 0:
      return text.slice(0, chance.below(text.length))
    case 1:
      return text + text
    case 2:
      return `\uFEFF${text}`
    case 3:
      return text.replace('{', `{"__proto__":{"polluted":true},"constructor":{"prototype":1},`)
    case 4:
      return text.replace('"params":', `"params":${'['.repeat(deep)}${']'.repeat(deep)},"params":`)
    case 5:
      return text.replace('"id":', '"id":1e400,"id":')
    case 6:
      return `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`
    case 7:
      return text.replace('"method":', '"method":"tools/list","method":')
    case 8:
      return text.replace(/"[a-z]/, '"\\ud800$&'.slice(0, 7))
    case 9:
      return chance.one(['', ' ', 'null', '[]', '{}', '0', '"', '[{}]', '//', 'NaN', '\\'])
    default:
      return `${' '.repeat(chance.below(3000))}${text}\n\n\t`
  }
}
