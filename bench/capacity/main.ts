/**
 * What one process takes, and what follows for many: npx tsx bench/capacity/main.ts [clients]. Absolute figures, which hold for the
 * machine and the moment that they were measured in; the load runs beside it on the same processors.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

const headers = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': 'add',
}
const clients = Number(process.argv[2] ?? 1_000_000)
const streams = Number(process.argv[3] ?? 5_000)
const child = fork(fileURLToPath(new URL('server.ts', import.meta.url)), {
  execArgv: ['--import', 'tsx', '--expose-gc'],
})
const [started] = (await once(child, 'message')) as [{ url: string; ops: string }]

try {
  const calls = await measureCalls(started.url)
  const { bytes, eventsPerSecond } = await measureStreams(child, started)
  print([
    ['processors of this machine, shared with the load', availableParallelism()],
    ['calls in a second, one process', calls],
    [`heap of an open subscription, in bytes, of ${streams}`, bytes],
    ['changes told in a second, over all subscriptions', eventsPerSecond],
  ])
  console.log(`\n${clients} clients, of which one in five listens:`)
  print([
    ...[1, 6, 60].map(
      (perHour): Row => [
        `processes at ${perHour} calls an hour from each`,
        processesFor({ callsPerSecond: (clients * perHour) / 3600, listening: clients / 5 }, calls),
      ],
    ),
    [
      'seconds until a change of a list has reached all who listen to one process',
      10_000 / eventsPerSecond,
    ],
  ])
} finally {
  child.disconnect()
}

type Row = readonly [string, number]

/** What there is to do, by the two bounds of a process: seven tenths of the calls that it can take, and 10,000 subscriptions. */
function processesFor(
  { callsPerSecond, listening }: { callsPerSecond: number; listening: number },
  most: number,
): number {
  return Math.ceil(Math.max(callsPerSecond / (0.7 * most), listening / 10_000))
}

async function measureCalls(url: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  const body = bodyOf('tools/call', { name: 'add' })
  let end = performance.now() + 2_000
  let calls = 0
  const caller = async () => {
    for (; performance.now() < end; calls++) await send(url, body, agent)
  }
  const all = () => Promise.all(Array.from({ length: 32 }, caller))
  await all()
  calls = 0
  const began = performance.now()
  end = began + 6_000
  await all()
  agent.destroy()
  return Math.round((calls / (performance.now() - began)) * 1000)
}

function send(url: string, body: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: 'POST', agent, headers }, (reply) => {
      if (reply.statusCode !== 200) reject(new Error(`The server says ${reply.statusCode}`))
      reply.resume().on('end', resolve)
    })
    asked.on('error', reject).end(body)
  })
}

async function measureStreams(server: ChildProcess, { url, ops }: { url: string; ops: string }) {
  const sockets: Socket[] = []
  let events = 0
  const before = await heapOf(server, ops)
  for (let id = 0; id < streams; id += 100) {
    const some = Array.from({ length: 100 }, (_, at) => open(url, id + at, () => events++))
    sockets.push(...(await Promise.all(some)))
  }
  const bytes = Math.round(((await heapOf(server, ops)) - before) / streams)
  events = 0
  const began = performance.now()
  server.send('change')
  while (events < streams) await new Promise((resolve) => setTimeout(resolve, 1))
  const eventsPerSecond = Math.round((events / (performance.now() - began)) * 1000)
  for (const socket of sockets) socket.destroy()
  return { bytes, eventsPerSecond }
}

/** Opens a subscription by hand: what a client library weighs does not count. */
function open(url: string, id: number, heard: () => void): Promise<Socket> {
  const { hostname, port, pathname } = new URL(url)
  const body = bodyOf('subscriptions/listen', { notifications: { toolsListChanged: true } }, id)
  const head = {
    ...headers,
    'mcp-method': 'subscriptions/listen',
    host: hostname,
    'content-length': body.length,
  }
  const socket = connect(Number(port), hostname)
  const lines = Object.entries(head).filter(([name]) => name !== 'mcp-name')
  socket.write(
    `POST ${pathname} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  )
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.on('data', (chunk) => {
      const text = String(chunk)
      if (text.includes('acknowledged')) resolve(socket)
      if (text.includes('list_changed')) heard()
    })
  })
}

async function heapOf(server: ChildProcess, ops: string): Promise<number> {
  server.send('collect')
  await once(server, 'message')
  const text = await (await fetch(`${ops}/metrics`)).text()
  return Number(/^v8js_memory_heap_used_bytes (.*)$/m.exec(text)?.[1])
}

function bodyOf(method: string, params: object, id = 1): string {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
  }
  return JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta } })
}

function print(rows: readonly Row[]): void {
  for (const [what, value] of rows) console.log(`${what}: ${Number(value.toPrecision(3))}`)
}
