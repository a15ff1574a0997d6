import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { createSseDecoder } from '@lutra/core'
import { serveHttp } from '@lutra/server/serve-http'
import { serveNode } from '@lutra/server/serve-node'
import { serveStdio } from '@lutra/server/serve-stdio'
import type { createWorkshop } from './workshop.ts'

/** What goes out, just as it is. */
export interface Sent {
  readonly body: string
  /** Over HTTP: further headers, or, by undefined, fewer. */
  readonly headers?: Readonly<Record<string, string | undefined>>
}

/** A wire on which anything can be said. */
export interface RawWire {
  /** What came back, in a few words: `400 -32600`, `200 isError`, `-32700`, `nothing`. */
  say(sent: Sent): Promise<string>
  /** Is gone without a word. */
  die(): void
  close(): Promise<void>
}

type Workshop = ReturnType<typeof createWorkshop>

/** Each wire by the name of its column; `fetch` has the one of HTTP. */
export const rawWires: Readonly<Record<string, (server: Workshop) => Promise<RawWire>>> = {
  fetch: async (server) => {
    const serve = serveHttp(server)
    return post('http://localhost/mcp', (input, init) => serve(new Request(input, init)))
  },
  HTTP: async (server) => {
    const { url, close } = await serveNode(server, { closeTimeoutMs: 100 }).listen()
    return { ...post(url, fetch), close }
  },
  stdio: openStdio,
  'legacy HTTP': openSession,
  'HTTP+SSE': openSse,
  'legacy stdio': async (server) => {
    const wire = await openStdio(server)
    await wire.say({ body: greeting })
    await wire.say({ body: '{"jsonrpc":"2.0","method":"notifications/initialized"}' })
    return wire
  },
}

type Fetch = (input: string, init: RequestInit) => Promise<Response>

const usual = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
}
const greeting = JSON.stringify({
  jsonrpc: '2.0',
  id: 'hello',
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'raw', version: '1' },
  },
})

function post(url: string, fetch: Fetch, own: Record<string, string> = {}): RawWire {
  const life = new AbortController()
  return {
    async say({ body, headers }) {
      const all = Object.entries({ ...usual, ...own, ...headers }).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value] as [string, string]],
      )
      const response = await fetch(url, { method: 'POST', headers: all, body, signal: life.signal })
      return `${response.status} ${summary(messagesOf(await response.text()))}`
    },
    die: () => life.abort(),
    close: async () => {},
  }
}

async function openSession(server: Workshop): Promise<RawWire> {
  const { url, close } = await serveNode(server, { closeTimeoutMs: 100 }).listen()
  const response = await fetch(url, { method: 'POST', headers: usual, body: greeting })
  const session = response.headers.get('mcp-session-id') ?? ''
  await response.text()
  const own = { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' }
  return { ...post(url, fetch, own), close }
}

async function openSse(server: Workshop): Promise<RawWire> {
  const { url, close } = await serveNode(server, { closeTimeoutMs: 100 }).listen()
  const life = new AbortController()
  const stream = await fetch(new URL('/sse', url), {
    headers: { accept: 'text/event-stream' },
    signal: life.signal,
  })
  const decoder = createSseDecoder({ maxBytes: 1 << 20 })
  const inbox: string[] = []
  const reading = (async () => {
    for await (const chunk of stream.body ?? []) {
      inbox.push(...decoder.push(chunk).map(({ data }) => data))
    }
  })().catch(() => {})
  while (inbox.length === 0) await pause(5)
  const wire = post(new URL(inbox.shift() ?? '', url).href, fetch)
  const say = async (sent: Sent) => {
    inbox.length = 0
    const status = await wire.say(sent)
    await settled(inbox)
    return inbox.length === 0 ? status : `${status.slice(0, 3)} ${summary(inbox)}`
  }
  await say({ body: greeting })
  return {
    say,
    die: () => life.abort(),
    async close() {
      await close()
      await reading
    },
  }
}

async function openStdio(server: Workshop): Promise<RawWire> {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const served = serveStdio(server, { input, output })
  const inbox: string[] = []
  createInterface({ input: output }).on('line', (line) => inbox.push(line))
  return {
    async say({ body }) {
      inbox.length = 0
      input.write(`${body}\n`)
      await settled(inbox)
      return summary(inbox)
    },
    die: () => void input.end(),
    async close() {
      input.end()
      await served
      output.end()
    },
  }
}

// Nothing tells that nothing will come: what has not come for a while is taken to stay away.
async function settled(inbox: readonly string[]): Promise<void> {
  for (let waits = 0; inbox.length === 0 && waits < 10; waits++) await pause(10)
}

function messagesOf(text: string): readonly string[] {
  if (!text.startsWith('event:') && !text.startsWith('id:') && !text.startsWith('data:')) {
    return text === '' ? [] : [text]
  }
  return [...text.matchAll(/^data: ?(.+)$/gm)].map(([, data]) => data ?? '')
}

function summary(messages: readonly string[]): string {
  const [text] = messages
  if (text === undefined) return 'nothing'
  const { error, result } = JSON.parse(text)
  if (error) return String(error.code)
  return result?.isError === true ? 'isError' : 'result'
}
