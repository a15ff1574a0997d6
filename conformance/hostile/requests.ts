/** HTTP requests that are almost those of a client, from a grammar of what can be wrong with one. */
import { latestVersion } from '@lutra/core'
import { bodyOf, soundBody } from './bodies.ts'
import type { Chance } from './random.ts'

export interface Attack {
  readonly bytes: Buffer
  readonly method: string
  /** Whether the server must still be able to tell where it ends. */
  readonly framed: boolean
}

/** One request. `sessions` are ids that the server has given out. */
export function attack(chance: Chance, sessions: readonly string[]): Attack {
  if (chance.rarely(120)) return { bytes: noise(chance), method: 'POST', framed: false }
  const method = chance.rarely(12) ? chance.one(otherMethods) : 'POST'
  const message = soundBody(chance)
  const body = method === 'POST' || chance.rarely(10) ? bodyOf(chance, message) : Buffer.alloc(0)
  const lines = [...commonLines(chance), ...mcpLines(chance, message, sessions)]
  if (chance.rarely(12)) lines.push(chance.one(strayLines))
  if (chance.rarely(20)) lines.splice(chance.below(lines.length), 1)
  if (chance.rarely(20)) lines.push(lines[chance.below(lines.length)] ?? 'X: y')
  if (chance.rarely(400)) lines.push(`X-Huge: ${'h'.repeat(20_000)}`)
  const head = `${method} ${targetOf(chance)} HTTP/1.1\r\n${lines.map((line) => `${line}\r\n`).join('')}`
  return { method, ...frame(chance, Buffer.from(head, 'latin1'), body) }
}

const otherMethods = ['GET', 'GET', 'DELETE', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'TRACE', 'QUERY']

const targets = [
  '/mcp/',
  '/mcp?x=1&x=2',
  '/mcp?sse=AAAA',
  '/sse',
  '/sse?sse=__proto__',
  '/',
  '//mcp',
  '/MCP',
  '/mcp%00',
  '/mcp/..%2f..%2fetc/passwd',
  'http://localhost/mcp',
  'http://evil.example/mcp',
  '*',
  `/mcp?${'q'.repeat(4000)}`,
  '/mcp#fragment',
  '/mcp?%zz=%',
]

function targetOf(chance: Chance): string {
  return chance.rarely(15) ? chance.one(targets) : '/mcp'
}

function commonLines(chance: Chance): string[] {
  const usually = <T>(good: T, bad: readonly T[]) => (chance.rarely(25) ? chance.one(bad) : good)
  return [
    usually('Host: localhost', hosts),
    usually('Content-Type: application/json', types),
    usually('Accept: application/json, text/event-stream', accepts),
  ]
}

const hosts = [
  'Host: evil.example',
  'Host: 127.0.0.1:99999',
  'Host: localhost.',
  'Host: [::1%25lo]',
  'Host:',
  'Host: localhost@evil.example',
  'host: LOCALHOST:1',
]
const types = [
  'Content-Type: text/plain',
  'Content-Type: application/json; charset=utf-16',
  'Content-Type: application/json, text/plain',
  'Content-Type: multipart/form-data; boundary=x',
  'content-type: APPLICATION/JSON',
  'Content-Type:',
]
const accepts = [
  'Accept: */*',
  'Accept: text/html',
  'Accept: application/json;q=0, text/event-stream',
  `Accept: ${'a/b,'.repeat(500)}`,
  'Accept: ;;;,,,q=',
  'Accept:',
]
const strayLines = [
  'Origin: https://evil.example',
  'Origin: null',
  'Origin: http://localhost:1',
  'Connection: close',
  'Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x',
  'Content-Encoding: gzip',
  'Expect: 100-continue',
  'Expect: 417',
  'X-Forwarded-For: ::1',
  'Last-Event-ID: c00000000-0000-0000-0000-000000000000.1',
  'Last-Event-ID: ../../x',
  'Authorization: Bearer x',
  'Cookie: __proto__=1',
  'Mcp-Param-Region: =?base64?!!!?=',
  'Mcp-Param-__proto__: 1',
  '__proto__: 1',
  'Mcp-Session-Id: forged',
]

function mcpLines(
  chance: Chance,
  message: Record<string, unknown>,
  sessions: readonly string[],
): string[] {
  const lines: string[] = []
  const params = message['params'] as Record<string, unknown>
  const isModern = params['_meta'] !== undefined
  if (isModern !== chance.rarely(10)) {
    lines.push(`MCP-Protocol-Version: ${chance.rarely(10) ? chance.one(versions) : latestVersion}`)
    lines.push(`Mcp-Method: ${clean(chance.rarely(12) ? chance.one(names) : message['method'])}`)
    const name = params['name'] ?? params['uri']
    if (name !== undefined || chance.rarely(10)) {
      lines.push(`Mcp-Name: ${chance.rarely(8) ? chance.one(names) : clean(name)}`)
    }
  } else if (chance.rarely(2)) lines.push(`MCP-Protocol-Version: ${chance.one(versions)}`)
  if (!isModern && chance.rarely(2)) lines.push(`Mcp-Session-Id: ${sessionOf(chance, sessions)}`)
  return lines
}

const versions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '1999-01-01', '', 'x']
const names = [
  'echo',
  'tools/list',
  '=?base64?ZWNobw==?=',
  '=?base64?ZWNobw?=',
  '=?base64?////?=',
  '=?base64?7aCA?=',
  '=?base64??=',
  '\t echo \t',
  '__proto__',
  '\xff\xfe',
  'n'.repeat(3000),
]

function sessionOf(chance: Chance, sessions: readonly string[]): string {
  const real = sessions.length > 0 ? chance.one(sessions) : 'none'
  switch (chance.below(5)) {
    case 0:
      return real.slice(0, chance.below(real.length))
    case 1:
      return `${real.slice(0, 40)}${chance.one(['A', '_', '='])}${real.slice(41)}`
    case 2:
      return chance.one(['', '__proto__', 'x'.repeat(7000), '\xff'])
    default:
      return real
  }
}

/** What can stand in a header. */
function clean(value: unknown): string {
  return String(value).replaceAll(/[^\x20-\x7e]/g, '?')
}

/** Puts an end to a request: by its length, by chunks, or by something that nobody can read. */
function frame(chance: Chance, head: Buffer, body: Buffer): Pick<Attack, 'bytes' | 'framed'> {
  const join = (lines: string, rest: Buffer, framed = true) => ({
    bytes: Buffer.concat([head, Buffer.from(`${lines}\r\n\r\n`), rest]),
    framed,
  })
  const size = `Content-Length: ${body.length}`
  switch (chance.below(90)) {
    case 0:
      return join(`${size}\r\nTransfer-Encoding: chunked`, body, false)
    case 1:
      return join(
        `Content-Length: ${chance.one(['-1', '1e3', '0x10', '99999999999999999999'])}`,
        body,
        false,
      )
    case 2:
      return join(`${size}\r\nContent-Length: ${body.length + 1}`, body, false)
    case 3:
      return join('Transfer-Encoding: gzip, chunked', body, false)
    case 4:
      return join(`Content-Length: ${body.length + 10}`, body, false)
    case 5:
      return join(`Content-Length: ${5 * 1024 * 1024}`, body, false)
    case 6:
    case 7:
    case 8:
      return join('Transfer-Encoding: chunked', chunked(chance, body))
    case 9:
      return join('Transfer-Encoding: chunked', Buffer.from('zz\r\nno chunk\r\n'), false)
    default:
      return join(size, body)
  }
}

function chunked(chance: Chance, body: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < body.length; ) {
    const part = body.subarray(at, at + 1 + chance.below(200))
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'))
    at += part.length
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}

/** No HTTP at all, or the beginning of some. */
function noise(chance: Chance): Buffer {
  switch (chance.below(5)) {
    case 0:
      return Buffer.from(Array.from({ length: 1 + chance.below(300) }, () => chance.below(256)))
    case 1:
      return Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
    case 2:
      return Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01])
    case 3:
      return Buffer.from(`POST /mcp HTTP/9.9\r\nHost: localhost\r\n\r\n`)
    default:
      return Buffer.from(
        `GET ${'/'.repeat(chance.below(20_000))} HTTP/1.1\r\nHost: localhost\r\nX\r\n\r\n`,
      )
  }
}
