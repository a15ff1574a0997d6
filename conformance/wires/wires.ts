import type { Client } from '@lutra/client'
import { type ConnectAnyOptions, connect } from '@lutra/client/connect'
import type { Era } from '@lutra/core'
import { serveHttp } from '@lutra/server/serve-http'
import { type ServeNodeOptions, serveNode } from '@lutra/server/serve-node'
import { buildProcess } from './build-process.ts'
import { greetIn, openStreams } from './streams.ts'
import { createWorkshop } from './workshop.ts'

// The older transports are meant here, and need no warning.
process.noDeprecation = true

/** One way to a fresh workshop. What `open` started ends with its client. */
export interface Wire {
  readonly name: string
  readonly era: Era
  /** The revision that is spoken on it. */
  readonly revision: string
  readonly open: (options?: ConnectAnyOptions) => Promise<Client>
}

const modern = { era: 'modern', revision: '2026-07-28' } as const
const legacy = { era: 'legacy', revision: '2025-11-25' } as const

/** Every wire of the modern era. */
export const modernWires: readonly Wire[] = [
  { name: 'in memory', ...modern, open: (options) => connect(createWorkshop(), options) },
  { name: 'fetch', ...modern, open: openFetch },
  { name: 'Node HTTP', ...modern, open: (options) => openNode({ options }) },
  { name: 'stdio of a process', ...modern, open: openProcess },
  { name: 'a pair of streams', ...modern, open: (options) => openStreams(options) },
]

/** Every wire of the legacy era over which a server can ask and tell, and the revisions of that era. */
export const legacyWires: readonly Wire[] = [
  {
    name: 'fetch with a session',
    ...legacy,
    open: (options) => openFetch({ ...options, era: 'legacy' }),
  },
  ...['2025-11-25', '2025-06-18', '2025-03-26'].map((revision) => ({
    name: `Node HTTP with a session, ${revision}`,
    era: 'legacy' as const,
    revision,
    open: (options?: ConnectAnyOptions) =>
      openNode({ options: { ...options, era: 'legacy', fetch: greetingBy(revision) } }),
  })),
  {
    name: 'HTTP+SSE',
    ...legacy,
    revision: '2024-11-05',
    open: (options) =>
      openNode({
        path: '/sse',
        options: { ...options, era: 'legacy', fetch: greetingBy('2024-11-05') },
      }),
  },
  {
    name: 'stdio of a process, greeted',
    ...legacy,
    open: (options) => openProcess({ ...options, era: 'legacy' }),
  },
  ...['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'].map((revision) => ({
    name: `a pair of streams, ${revision}`,
    era: 'legacy' as const,
    revision,
    open: (options?: ConnectAnyOptions) => openStreams({ ...options, era: 'legacy' }, revision),
  })),
]

/** Without sessions, a server of the legacy era answers and can do no more. */
export const statelessWires: readonly Wire[] = [
  {
    name: 'Node HTTP without sessions',
    ...legacy,
    open: (options) =>
      openNode({
        options: { ...options, era: 'legacy' },
        serving: { legacy: { sessions: 'off' } },
      }),
  },
]

/** Every wire over which a server can ask its caller, tell it of changes, and hear that it gave up. */
export const talkingWires: readonly Wire[] = [...modernWires, ...legacyWires]

export const allWires: readonly Wire[] = [...talkingWires, ...statelessWires]

function openFetch(options?: ConnectAnyOptions): Promise<Client> {
  const serve = serveHttp(createWorkshop())
  const fetch = (input: string | URL | Request, init?: RequestInit) =>
    serve(new Request(input, init))
  return connect('http://localhost/mcp', { ...options, fetch })
}

interface NodeWire {
  readonly path?: string
  readonly options?: ConnectAnyOptions | undefined
  readonly serving?: ServeNodeOptions
}

async function openNode({ path = '/mcp', options, serving }: NodeWire): Promise<Client> {
  const serve = serveNode(createWorkshop(), { closeTimeoutMs: 200, ...serving })
  const { url, close } = await serve.listen()
  return endingWith(await connect(new URL(path, url), options), close)
}

// As with streams: the revision that the client greets in is another than its own.
function greetingBy(revision: string): typeof fetch {
  return (input, init) => {
    if (typeof init?.body !== 'string') return fetch(input, init)
    const body = JSON.stringify(greetIn(revision, JSON.parse(init.body)))
    return fetch(input, { ...init, body })
  }
}

async function openProcess(options?: ConnectAnyOptions): Promise<Client> {
  const file = await buildProcess()
  return connect({ command: process.execPath, args: [file] }, options)
}

/** A client that ends its server with itself. */
function endingWith(client: Client, end: () => Promise<void>): Client {
  const close = async () => {
    await client.close()
    await end()
  }
  return { ...client, close, [Symbol.asyncDispose]: close }
}
