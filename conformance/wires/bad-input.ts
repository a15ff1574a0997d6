import { metaKeys, requestHeaders } from '@lutra/core'
import type { Sent } from './raw.ts'

/** What somebody may send that is wrong, and the one answer that it gets on each wire: the table of the guide. */
export interface BadInput {
  readonly what: string
  readonly modern: Sent
  /** The same in the words of the older era. */
  readonly legacy: Sent
  readonly answers: Readonly<Record<Column, string>>
}

/** The wires that answer differently. */
export const columns = ['HTTP', 'stdio', 'legacy HTTP', 'HTTP+SSE', 'legacy stdio'] as const
export type Column = (typeof columns)[number]

const version = '2026-07-28'
const envelope = { [metaKeys.protocolVersion]: version, [metaKeys.clientCapabilities]: {} }
const { [metaKeys.protocolVersion]: _, ...unversioned } = envelope
const elder = { ...envelope, [metaKeys.protocolVersion]: '1999-01-01' }
const echo = { name: 'echo', arguments: { text: 'x' } }
const plain = { 'content-type': 'text/plain' }
const deep = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${'['.repeat(5000)}${']'.repeat(5000)}}`

export const badInputs: readonly BadInput[] = [
  row(
    'malformed JSON',
    both({ body: '{"jsonrpc":' }),
    '400 -32700 | -32700 | 400 -32700 | 400 -32700 | -32700',
  ),
  row(
    'JSON nested without end',
    both({ body: deep }),
    '400 -32700 | -32700 | 400 -32700 | 400 -32700 | -32700',
  ),
  row(
    'JSON that is no request',
    both({ body: '{"method":1}' }),
    '400 -32600 | -32600 | 400 -32600 | 202 -32600 | -32600',
  ),
  row(
    'several requests at once',
    [list(modern(echo)), list(legacy(echo))],
    '400 -32600 | -32600 | 400 -32600 | 202 -32600 | -32600',
  ),
  row(
    'wrong content type',
    [modern(echo, { headers: plain }), legacy(echo, plain)],
    '415 -32600 | – | 415 -32600 | 415 -32600 | –',
  ),
  row(
    'unknown version',
    [modern(echo, { meta: elder }), legacy(echo, { 'mcp-protocol-version': '1999-01-01' })],
    '400 -32022 | -32022 | 400 -32022 | – | –',
  ),
  row(
    'missing version',
    [modern(echo, { meta: unversioned }), legacy(echo, { 'mcp-protocol-version': undefined })],
    '400 -32602 | -32600 | served | served | served',
  ),
  row(
    'missing _meta',
    [modern(echo, { meta: undefined }), legacy(echo)],
    '400 -32602 | -32600 | served | served | served',
  ),
  row(
    'missing capabilities',
    [modern(echo, { meta: { [metaKeys.protocolVersion]: version } }), legacy(echo)],
    '400 -32602 | -32602 | served | served | served',
  ),
  row(
    'header that differs from the body',
    [modern(echo, { headers: { 'mcp-name': 'other' } }), legacy(echo)],
    '400 -32020 | – | – | – | –',
  ),
  row(
    'header that is missing',
    [modern(echo, { headers: { 'mcp-method': undefined } }), legacy(echo)],
    '400 -32020 | – | – | – | –',
  ),
  row(
    'unknown method',
    [modern({}, { method: 'no/method' }), legacy({}, {}, 'no/method')],
    '404 -32601 | -32601 | 200 -32601 | 202 -32601 | -32601',
  ),
  tool(
    'unknown tool',
    { name: 'nobody' },
    '200 -32602 | -32602 | 200 -32602 | 202 -32602 | -32602',
  ),
  tool(
    'invalid arguments',
    { name: 'add', arguments: { a: 'x' } },
    '200 isError | isError | 200 isError | 202 isError | isError',
  ),
  tool(
    'result that JSON cannot hold',
    { name: 'unserialisable', arguments: { what: 'cycle' } },
    '200 -32603 | -32603 | 200 -32603 | 202 -32603 | -32603',
  ),
  tool(
    'handler that throws',
    { name: 'crash', arguments: { what: 'error' } },
    '200 -32603 | -32603 | 200 -32603 | 202 -32603 | -32603',
  ),
  tool(
    'handler that throws no error',
    { name: 'crash', arguments: { what: 'hostile' } },
    '200 -32603 | -32603 | 200 -32603 | 202 -32603 | -32603',
  ),
]

/** What becomes of the calls of a client that is gone without a word. */
export const deadClient: BadInput = tool(
  'client that dies in a call',
  { name: 'hang' },
  'aborted | aborted | goes on | aborted | aborted',
)

/** The table as the guide shows it. */
export function printTable(): string {
  const lines = [
    ['what comes', ...columns],
    Array.from({ length: columns.length + 1 }, () => '---'),
    ...[...badInputs, deadClient].map(({ what, answers }) => [
      what,
      ...columns.map((column) => answers[column]),
    ]),
  ]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** A good call, which shows that the server goes on. */
export const good = { modern: modern(echo), legacy: legacy(echo) }

function row(what: string, [modern, legacy]: readonly [Sent, Sent], answers: string): BadInput {
  const cells = answers.split(' | ')
  const named = columns.map((column, at) => [column, cells[at] ?? ''])
  return { what, modern, legacy, answers: Object.fromEntries(named) as BadInput['answers'] }
}

function tool(what: string, params: Params, answers: string): BadInput {
  return row(what, [modern(params), legacy(params)], answers)
}

type Params = Readonly<Record<string, unknown>>

interface Changes {
  readonly method?: string
  readonly meta?: Params | undefined
  readonly headers?: Sent['headers']
}

function modern(params: Params, changes: Changes = {}): Sent {
  const { method = 'tools/call', headers } = changes
  const meta = 'meta' in changes ? changes.meta : envelope
  const claimed = meta?.[metaKeys.protocolVersion] ?? version
  return {
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } }),
    headers: {
      ...requestHeaders(method, params, { protocolVersion: String(claimed) }),
      ...headers,
    },
  }
}

function legacy(params: Params, headers: Sent['headers'] = {}, method = 'tools/call'): Sent {
  return { body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }), headers }
}

function both(sent: Sent): [Sent, Sent] {
  return [sent, sent]
}

function list({ body, headers }: Sent): Sent {
  return { body: `[${body}]`, headers: headers ?? {} }
}
