/** Load from raw sockets: keep-alive connections, each with one request under way, as fast as the replies come. */
import { connect, type Socket } from 'node:net'

export interface Load {
  readonly port: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** What each reply must contain, or it counts for nothing. */
  readonly expect?: string
  readonly connections?: number
  readonly warmupMs: number
  readonly runMs: number
}

/** Replies per second, once warm. Throws where a reply is no success. */
export async function measure(load: Load): Promise<number> {
  const { connections = 8, warmupMs, runMs } = load
  const request = encodeRequest(load)
  const state = { replies: 0, failed: undefined as Error | undefined }
  const sockets = await Promise.all(
    Array.from({ length: connections }, () => open(load, request, state)),
  )
  await sleep(warmupMs)
  const before = state.replies
  const started = performance.now()
  // Of a slow server, as long as it takes for its replies to be counted rather than guessed.
  do await sleep(runMs)
  while (state.replies - before < fewest && !state.failed)
  const rate = ((state.replies - before) / (performance.now() - started)) * 1000
  for (const socket of sockets) socket.destroy()
  if (state.failed) throw state.failed
  return rate
}

/** A request as it goes over the wire. */
export function encodeRequest({
  port,
  path,
  headers,
  body,
}: Pick<Load, 'port' | 'path' | 'headers' | 'body'>): Buffer {
  const lines = Object.entries({
    host: `127.0.0.1:${port}`,
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
}

const fewest = 8

interface State {
  replies: number
  failed: Error | undefined
}

async function open({ port, expect = '' }: Load, request: Buffer, state: State): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  const reader = createReplyReader(expect, (failure) => {
    state.failed ??= failure
    state.replies++
    if (!state.failed) socket.write(request)
  })
  socket.on('data', reader)
  socket.write(request)
  return socket
}

/** Finds where a reply ends, by its length or its last chunk; the next one comes only after that. */
function createReplyReader(
  expect: string,
  onReply: (failure?: Error) => void,
): (chunk: Buffer) => void {
  let head = ''
  let missing = -1
  return (chunk) => {
    if (missing > 0) {
      missing -= chunk.length
    } else if (missing < 0) {
      head += chunk.toString('latin1')
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = /content-length: (\d+)/i.exec(head)?.[1]
      if (length !== undefined) missing = Number(length) - (head.length - end - 4)
      else if (head.endsWith('\r\n0\r\n\r\n')) missing = 0
      else return
    }
    if (missing > 0) return
    const good = head.startsWith('HTTP/1.1 200') && head.includes(expect)
    const failure = good ? undefined : new Error(head.slice(0, 500))
    head = ''
    missing = -1
    onReply(failure)
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
