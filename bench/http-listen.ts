/** Thousands of open streams: what each weighs, and how fast one change reaches all of them. */
import { connect, type Socket } from 'node:net'
import { type Contender, prepare, startContender, withContenders } from './contender.ts'
import { envelope } from './http/requests.ts'
import { type Bench, compare, type Effort, type Row } from './ratio.ts'

/** Against a plain server of event streams: the official one takes no more than 1,024. */
export const httpListen: Bench = {
  name: 'http-listen',
  async run(effort) {
    const script = await prepare('./http/servers.ts')
    return withContenders(
      [startContender(script, 'ours'), startContender(script, 'plain-streams')],
      (...servers) => compareStreams(servers as [Contender, Contender], effort),
    )
  },
}

async function compareStreams(
  [our, plain]: [Contender, Contender],
  effort: Effort,
): Promise<readonly Row[]> {
  const { streams } = effort
  const ours = await openStreams(our, streams)
  const theirs = await openStreams(plain, streams)
  const heap = {
    name: `HTTP heap of one of ${streams} open streams : plain node:http`,
    target: 1.5,
  }
  const fan = { name: `HTTP one change to ${streams} streams : plain node:http`, target: 0.85 }
  try {
    return [
      await compare({ ...heap, atMost: true }, [ours.weigh, theirs.weigh], { ...effort, pairs: 1 }),
      await compare(fan, [ours.fanOut, theirs.fanOut], effort),
    ]
  } finally {
    ours.close()
    theirs.close()
  }
}

interface Streams {
  /** Bytes of heap for each stream. */
  weigh(): Promise<number>
  /** Events told in a second. */
  fanOut(): Promise<number>
  close(): void
}

/** How often a change is told in one turn. */
const changes = 3

/** How many streams are opened at once. */
const some = 100

async function openStreams(contender: Contender, streams: number): Promise<Streams> {
  const told = createCount()
  const sockets: Socket[] = []
  let before = 0
  for (let id = 0; id < streams; id += some) {
    const acknowledged = told.reach(id + some)
    const opening = Array.from({ length: some }, (_, at) => open(contender.port, id + at, told.add))
    sockets.push(...(await Promise.all(opening)))
    await acknowledged
    // The first ones make what all of them share.
    if (id === 0) before = Number(await contender.ask('heap'))
  }
  return {
    async weigh() {
      return (Number(await contender.ask('heap')) - before) / (streams - some)
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
    close() {
      for (const socket of sockets) socket.destroy()
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
  const params = { notifications: { toolsListChanged: true }, _meta: envelope }
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
