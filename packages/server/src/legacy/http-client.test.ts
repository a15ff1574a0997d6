/** An HTTP client of a legacy door, without a network, for its tests. It has no tests of its own. */
import assert from 'node:assert/strict'
import type { Auth } from '@lutra/core'
import type { HttpReply, HttpRequest, LegacyDoor, Sink } from '../http/exchange.ts'

export type Json = Record<string, unknown>

export interface SseEvent {
  readonly id?: string
  readonly event?: string
  readonly data?: string
  readonly retry?: string
}

/** A reply whose body is read as it comes. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly json: Json
  /** Events that came and were not taken. */
  readonly events: SseEvent[]
  /** The next event that is a message for which this holds. */
  message(matches?: (message: Json) => boolean): Promise<Json>
  /** The next event of any kind. */
  event(): Promise<SseEvent>
  /** Resolves when the server has closed the stream. */
  readonly closed: Promise<void>
  /** The client goes away. */
  leave(): void
}

export interface Sent {
  readonly method?: string
  readonly url?: string
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly auth?: Auth | undefined
  readonly body?: unknown
}

export async function exchange(door: LegacyDoor, sent: Sent): Promise<Reply> {
  const gone = new Set<() => void>()
  const headers: Record<string, string | undefined> = {
    accept: 'application/json, text/event-stream',
    ...sent.headers,
  }
  const request: HttpRequest = {
    method: sent.method ?? 'POST',
    url: sent.url ?? '/mcp',
    header: (name) => headers[name],
    body: undefined,
    auth: sent.auth,
    onGone: (listen) => gone.add(listen),
  }
  const reply: HttpReply = await door(request, sent.body)
  return read(reply, gone)
}

function read(reply: HttpReply, gone: ReadonlySet<() => void>): Reply {
  const events: SseEvent[] = []
  const wakes = new Set<() => void>()
  let open = 'stream' in reply
  let close = () => {}
  const closed = new Promise<void>((resolve) => {
    close = resolve
  })
  const sink: Sink = {
    write(text) {
      if (!open) return false
      events.push(...parse(text))
      for (const wake of wakes) wake()
      wakes.clear()
      return true
    },
    end() {
      open = false
      close()
    },
  }
  if ('stream' in reply) reply.stream(sink)
  const body = 'body' in reply && typeof reply.body === 'string' ? reply.body : undefined

  async function take(matches: (event: SseEvent) => boolean): Promise<SseEvent> {
    for (;;) {
      const at = events.findIndex(matches)
      const [found] = at < 0 ? [] : events.splice(at, 1)
      if (found) return found
      assert.ok(open, `no such event on a closed stream: ${JSON.stringify(events)}`)
      await new Promise<void>((resolve) => wakes.add(resolve))
    }
  }

  return {
    status: reply.status,
    headers: reply.headers,
    json: body ? (JSON.parse(body) as Json) : {},
    events,
    closed,
    event: () => take(() => true),
    async message(matches = () => true) {
      const { data } = await take(
        (event) => Boolean(event.data) && matches(JSON.parse(event.data ?? '') as Json),
      )
      return JSON.parse(data ?? '') as Json
    },
    leave() {
      open = false
      for (const listen of gone) listen()
    },
  }
}

function parse(text: string): SseEvent[] {
  assert.ok(text.endsWith('\n\n'), 'an event ends with an empty line')
  return text
    .trimEnd()
    .split('\n\n')
    .map((event) => {
      const fields = event.split('\n').map((line) => {
        const at = line.indexOf(':')
        return [line.slice(0, at), line.slice(at + 1).trimStart()] as const
      })
      return Object.fromEntries(fields)
    })
}

/** A client with a session, whose requests go through `door`: several doors take turns. */
export async function greet(
  doors: LegacyDoor | readonly LegacyDoor[],
  hello: { readonly version?: string; readonly capabilities?: Json; readonly auth?: Auth } = {},
) {
  const { version = '2025-11-25', capabilities = {}, auth } = hello
  const all = Array.isArray(doors) ? (doors as readonly LegacyDoor[]) : [doors as LegacyDoor]
  let turn = 0
  const send = (sent: Sent) => {
    const door = all[turn++ % all.length]
    assert.ok(door)
    return exchange(door, sent)
  }
  const params = {
    protocolVersion: version,
    capabilities,
    clientInfo: { name: 'c', version: '1' },
  }
  const initialized = await send({
    auth,
    body: { jsonrpc: '2.0', id: 0, method: 'initialize', params },
  })
  assert.equal(initialized.status, 200)
  const id = initialized.headers['mcp-session-id']
  assert.ok(id)
  const session = { 'mcp-session-id': id, 'mcp-protocol-version': version }
  const client = {
    id,
    headers: session,
    result: initialized.json['result'] as Json,
    send: (sent: Sent) => send({ auth, ...sent, headers: { ...session, ...sent.headers } }),
    request: (requestId: unknown, method: string, own: Json = {}) =>
      client.send({ body: { jsonrpc: '2.0', id: requestId, method, params: own } }),
    call: (requestId: unknown, name: string, own: Json = {}) =>
      client.request(requestId, 'tools/call', { name, ...own }),
    notify: (method: string, own: Json = {}) =>
      client.send({ body: { jsonrpc: '2.0', method, params: own } }),
    answer: (requestId: unknown, result: Json) =>
      client.send({ body: { jsonrpc: '2.0', id: requestId, result } }),
    listen: (last?: string) => client.send({ method: 'GET', headers: { 'last-event-id': last } }),
  }
  const ready = await client.notify('notifications/initialized')
  assert.equal(ready.status, 202)
  return client
}

export function textOf(response: Json): string | undefined {
  const { content } = response['result'] as { content: readonly { text: string }[] }
  return content[0]?.text
}

export function codeOf(response: Json): unknown {
  return (response['error'] as Json | undefined)?.['code']
}
