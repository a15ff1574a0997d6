/** HTTP/1.1 as bytes, so that what no client library would send can be sent too. */
import { connect, type Socket } from 'node:net'
import { latestVersion, metaKeys, requestHeaders } from '@lutra/core'

export interface WireRequest {
  readonly method?: string
  readonly target?: string
  /** Lines of the head, beside the first and `Content-Length`. */
  readonly headers?: readonly string[]
  readonly body?: string | Buffer
}

/** The bytes of a request, with its length if it has a body. */
export function toBytes({ method = 'POST', target = '/mcp', ...rest }: WireRequest): Buffer {
  const { headers = [], body } = rest
  const length = body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
  const head = [`${method} ${target} HTTP/1.1`, ...headers, ...length, '', ''].join('\r\n')
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body ?? '')])
}

const plainHeaders: readonly string[] = [
  'Host: localhost',
  'Content-Type: application/json',
  'Accept: application/json, text/event-stream',
]

/** The envelope of a modern request, with capabilities if there are any. */
export function envelope(capabilities: object = {}) {
  return {
    [metaKeys.protocolVersion]: latestVersion,
    [metaKeys.clientCapabilities]: capabilities,
  }
}

export interface ModernOptions {
  readonly id?: unknown
  readonly capabilities?: object
  readonly headers?: readonly string[]
  readonly meta?: object
}

/** A modern request as it should be. */
export function modern(
  method: string,
  params: Readonly<Record<string, unknown>> = {},
  { id = 1, capabilities, headers = [], meta }: ModernOptions = {},
): WireRequest {
  const whole = { ...params, _meta: { ...envelope(capabilities), ...meta } }
  const mirrored = requestHeaders(method, whole, { protocolVersion: latestVersion })
  const own = Object.entries(mirrored).map(([name, value]) => `${name}: ${value}`)
  const body = JSON.stringify({ jsonrpc: '2.0', id, method, params: whole })
  return { headers: [...plainHeaders, ...own, ...headers], body }
}

/** A request of the older era, in a session if there is one. */
export function legacy(
  method: string,
  params: Readonly<Record<string, unknown>> = {},
  { id = 1, session, headers = [] }: { id?: unknown; session?: string; headers?: string[] } = {},
): WireRequest {
  const own = session === undefined ? [] : [`Mcp-Session-Id: ${session}`]
  const notice = method.startsWith('notifications/')
  const body = JSON.stringify({ jsonrpc: '2.0', ...(notice ? {} : { id }), method, params })
  return { headers: [...plainHeaders, ...own, ...headers], body }
}

export const hello = {
  protocolVersion: '2025-11-25',
  capabilities: { elicitation: {} },
  clientInfo: { name: 'attacker', version: '1' },
}

export interface Reply {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** Opens a connection; errors of it are what attacks are made of, and only end it. */
export async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  socket.on('error', () => {})
  return socket
}

/** Sends requests one behind the other and resolves with their replies once all are there or the server has closed. */
export async function exchange(
  port: number,
  requests: readonly (WireRequest | Buffer)[],
): Promise<Reply[]> {
  const socket = await open(port)
  const replies: Reply[] = []
  await new Promise<void>((resolve) => {
    const reader = createReplyReader((reply) => {
      replies.push(reply)
      if (replies.length === requests.length) resolve()
    })
    socket.on('data', reader)
    socket.on('close', () => resolve())
    for (const one of requests) socket.write(Buffer.isBuffer(one) ? one : toBytes(one))
  })
  socket.destroy()
  return replies
}

/** One request, one reply; throws where none came. */
export async function send(port: number, request: WireRequest | Buffer): Promise<Reply> {
  const [reply] = await exchange(port, [request])
  if (!reply) throw new Error('The server closed the connection without a reply')
  return reply
}

/** The JSON-RPC message of a reply, the last one of an event stream. */
export function messageOf({ body }: Reply): Record<string, unknown> & {
  result?: Record<string, unknown>
  error?: { code: number; message: string; data?: unknown }
} {
  const data = body.startsWith('{') ? body : (body.split('data: ').at(-1) ?? '')
  return JSON.parse(data)
}

/** Reads replies out of bytes. `begun` hears of the head of each, before its body. */
export function createReplyReader(
  done: (reply: Reply) => void,
  options: { begun?: (head: Omit<Reply, 'body'>) => void; bodiless?: () => boolean } = {},
): (chunk: Buffer) => void {
  let text = ''
  let head: Omit<Reply, 'body'> | undefined

  function step(): boolean {
    if (!head) {
      const end = text.indexOf('\r\n\r\n')
      if (end < 0) return false
      head = parseHead(text.slice(0, end))
      text = text.slice(end + 4)
      options.begun?.(head)
    }
    const body = head.status < 200 || options.bodiless?.() ? { size: 0, text: '' } : bodyOf(head)
    if (!body) return false
    text = text.slice(body.size)
    const { status, headers } = head
    head = undefined
    if (status >= 200) done({ status, headers, body: Buffer.from(body.text, 'latin1').toString() })
    return true
  }

  function bodyOf({ status, headers }: Omit<Reply, 'body'>) {
    if (headers.get('transfer-encoding') === 'chunked') return unchunk(text)
    if (status === 204 || status === 304) return { size: 0, text: '' }
    const size = Number(headers.get('content-length') ?? 0)
    return text.length < size ? undefined : { size, text: text.slice(0, size) }
  }

  return (chunk) => {
    text += chunk.toString('latin1')
    while (step());
  }
}

function parseHead(text: string): Omit<Reply, 'body'> {
  const [first = '', ...lines] = text.split('\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1])
  if (!status) throw new Error(`This is no reply: ${first.slice(0, 100)}`)
  const headers = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
  })
  return { status, headers: new Map(headers) }
}

function unchunk(text: string): { size: number; text: string } | undefined {
  let at = 0
  let body = ''
  for (;;) {
    const line = text.indexOf('\r\n', at)
    if (line < 0) return undefined
    const size = Number.parseInt(text.slice(at, line), 16)
    const start = line + 2
    if (text.length < start + size + 2) return undefined
    body += text.slice(start, start + size)
    at = start + size + 2
    if (size === 0) return { size: at, text: body }
  }
}
