/** Thousands of open streams: what each weighs, and how fast one change reaches all of them. */
import { connect, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { bundleScript, type Contender, startContender } from './contender.ts'
import { compare, print, type Row } from './ratio.ts'

const streams = 5000
const changes = 6

/** Measures open streams against a plain server of event streams. */
export async function benchHttpListen(): Promise<readonly Row[]> {
  const script = await bundleScript(fileURLToPath(new URL('./http/servers.ts', import.meta.url)))
  const heap = { name: `HTTP heap of each of ${streams} streams : plain node:http`, target: 1.5 }
  const fan = {
    name: `HTTP fan-out of a change to ${streams} streams : plain node:http`,
    target: 0.85,
  }
  const ours = await openStreams(await startContender(script, 'lutra'))
  const theirs = await openStreams(await startContender(script, 'plain-streams'))
  try {
    const weigh = await compare(
      { ...heap, atMost: true },
      [() => ours.weigh(), () => theirs.weigh()],
      1,
    )
    return [weigh, await compare(fan, [() => ours.fanOut(), () => theirs.fanOut()])]
  } finally {
    await Promise.all([ours.close(), theirs.close()])
  }
}

interface Streams {
  /** Bytes of heap for each stream. */
  weigh(): Promise<number>
  /** Events told in a second. */
  fanOut(): Promise<number>
  close(): Promise<void>
}

async function openStreams(contender: Contender): Promise<Streams> {
  const before = Number(await contender.ask('heap'))
  const told = createCount()
  const sockets: Socket[] = []
  for (let id = 0; id < streams; id += 100) {
    const acknowledged = told.reach(id + 100)
    const some = Array.from({ length: 100 }, (_, at) => open(contender.port, id + at, told.add))
    sockets.push(...(await Promise.all(some)))
    await acknowledged
  }
  return {
    async weigh() {
      return (Number(await contender.ask('heap')) - before) / streams
    },
    async fanOut() {
      const started = performance.now()
      for (let change = 0; change < changes; change++) {
        const all = told.reach(told.count() + streams)
        await contender.ask('change')
        await all
      }
      return (changes * streams * 1000) / (performance.now() - started)
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await contender.stop()
    },
  }
}

/** Counts events, and tells when there are enough. */
function createCount() {
  let count = 0
  let waiting: { readonly until: number; readonly resolve: () => void } | undefined
  return {
    count: () => count,
    add(): void {
      count++
      if (waiting && count >= waiting.until) waiting.resolve()
    },
    reach(until: number): Promise<void> {
      return new Promise((resolve) => {
        waiting = { until, resolve }
        if (count >= until) resolve()
      })
    },
  }
}

async function open(port: number, id: number, onEvent: () => void): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  socket.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(start); at >= 0; at = chunk.indexOf(start, at + 1)) onEvent()
  })
  socket.write(encodeListen(port, id))
  return socket
}

// Short enough that no chunk is ever cut within it here: each event is a write of its own.
const start = Buffer.from('event: message\n')

function encodeListen(port: number, id: number): string {
  const method = 'subscriptions/listen'
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  const params = { notifications: { toolsListChanged: true }, _meta }
  const body = JSON.stringify({ jsonrpc: '2.0', id, method, params })
  const headers = [
    `POST /mcp HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    'content-type: application/json',
    'accept: application/json, text/event-stream',
    'mcp-protocol-version: 2026-07-28',
    `mcp-method: ${method}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  return `${headers.join('\r\n')}\r\n\r\n${body}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) print(await benchHttpListen())
