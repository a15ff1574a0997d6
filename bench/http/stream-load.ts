/** Thousands of open event streams, in a process of their own: neither end's memory holds the other's, nor its files. */
import { connect, type Socket } from 'node:net'
import { contend } from '../contend.ts'
import { encodeRequest } from './raw-load.ts'
import { listenTo } from './requests.ts'

interface Opening {
  readonly port: number
  readonly from: number
  readonly count: number
}

const sockets: Socket[] = []
let events = 0
let waiting: { readonly until: number; readonly resolve: () => void } | undefined

contend(0, {
  open: (given) => openMany(given as Opening),
  events: () => events,
  reach: (until) => reach(Number(until)),
})

/** Opens some at a time, until each is acknowledged. */
async function openMany({ port, from, count }: Opening): Promise<void> {
  for (let begun = 0; begun < count; begun += some) {
    const all = reach(events + Math.min(some, count - begun))
    const ids = Array.from({ length: Math.min(some, count - begun) }, (_, at) => from + begun + at)
    sockets.push(...(await Promise.all(ids.map((id) => open(port, id)))))
    await all
  }
}

const some = 100

/** Resolves when so many events have come since the start. */
function reach(until: number): Promise<void> {
  return new Promise((resolve) => {
    waiting = { until, resolve }
    if (events >= until) resolve()
  })
}

async function open(port: number, id: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  socket.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(start); at >= 0; at = chunk.indexOf(start, at + 1)) events++
    if (waiting && events >= waiting.until) waiting.resolve()
  })
  socket.write(encodeRequest({ port, path: '/mcp', ...listenTo(id) }))
  return socket
}

// Short enough that no chunk is ever cut within it here: each event is a write of its own.
const start = Buffer.from('event: message\n')
