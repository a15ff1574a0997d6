/** Sends attack after attack over many connections, several ahead on each, and judges every reply. */
import assert from 'node:assert/strict'
import type { Chance } from './random.ts'
import { type Attack, attack } from './requests.ts'
import { secret } from './target.ts'
import { createReplyReader, open, type Reply } from './wire.ts'

export interface FloodOptions {
  readonly port: number
  readonly chance: Chance
  /** Replies to wait for. */
  readonly replies: number
  readonly connections?: number
}

export interface Tally {
  replies: number
  connections: number
  /** Event streams that were left open and cut off here. */
  left: number
  readonly statuses: Map<number, number>
}

export async function flood(options: FloodOptions): Promise<Tally> {
  const { chance, replies, connections = 24 } = options
  const tally: Tally = { replies: 0, connections: 0, left: 0, statuses: new Map() }
  const sessions: string[] = []
  const worker = async () => {
    while (tally.replies < replies) {
      const batch = batchOf(chance, sessions)
      tally.connections += 1
      for (const [at, reply] of (await converse(options.port, batch, tally)).entries()) {
        judge(reply, batch[at])
        tally.replies += 1
        tally.statuses.set(reply.status, (tally.statuses.get(reply.status) ?? 0) + 1)
        const session = reply.headers.get('mcp-session-id')
        if (session !== undefined) sessions[chance.below(20)] = session
      }
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  return tally
}

/** Requests of one connection. After one whose end nobody can tell there is no other. */
function batchOf(chance: Chance, sessions: readonly string[]): Attack[] {
  const batch: Attack[] = []
  const known = sessions.filter((session) => session !== undefined)
  for (let count = 1 + chance.below(40); count > 0; count--) {
    const one = attack(chance, known)
    batch.push(one)
    if (!one.framed) break
  }
  return batch
}

/** Sends a batch and resolves with the replies to it, once there will be no more. */
async function converse(port: number, batch: readonly Attack[], tally: Tally): Promise<Reply[]> {
  const socket = await open(port)
  const replies: Reply[] = []
  let idle: NodeJS.Timeout | undefined
  await new Promise<void>((resolve, reject) => {
    const hung = setTimeout(() => reject(hangs(batch, replies)), 20_000)
    const over = () => {
      clearTimeout(hung)
      clearTimeout(idle)
      resolve()
    }
    const reader = createReplyReader(
      (reply) => {
        clearTimeout(idle)
        if (replies.push(reply) === batch.length) over()
      },
      {
        bodiless: () => batch[replies.length]?.method === 'HEAD',
        begun({ headers }) {
          if (headers.get('content-type') !== 'text/event-stream') return
          // Some streams end by themselves, at once. Others would last as long as we do.
          idle = setTimeout(() => {
            tally.left += 1
            over()
          }, 20)
        },
      },
    )
    socket.on('data', (chunk) => {
      try {
        reader(chunk)
      } catch (reason) {
        reject(reason)
      }
    })
    socket.on('close', over)
    socket.end(Buffer.concat(batch.map(({ bytes }) => bytes)))
  })
  socket.destroy()
  return replies
}

function judge(reply: Reply, request: Attack | undefined): void {
  const { status, headers, body } = reply
  const shown = () =>
    `${status} ${body.slice(0, 500)}\nto ${request?.bytes.toString('latin1').slice(0, 3000)}`
  assert.ok(statuses.has(status), `An odd status: ${shown()}`)
  assert.ok(!body.includes(secret) && !internals.test(body), `It tells of its inside: ${shown()}`)
  if (headers.get('content-type') !== 'application/json' || request?.method === 'HEAD') return
  const message: unknown = JSON.parse(body)
  for (const one of Array.isArray(message) ? message : [message]) {
    assert.equal(one.jsonrpc, '2.0', shown())
    assert.ok(one.result !== undefined || isError(one.error), shown())
  }
}

/** What a peer may be told: nothing of a failure of ours. */
const statuses = new Set([200, 202, 204, 400, 403, 404, 405, 406, 408, 413, 415, 417, 431])

/** Stacks, and places on a disk. */
export const internals = /\n\s+at |node_modules|node:internal|\.[jt]s:\d+|\/packages\//

function isError(value: { code?: unknown; message?: unknown } | undefined): boolean {
  return Number.isInteger(value?.code) && typeof value?.message === 'string'
}

function hangs(batch: readonly Attack[], replies: readonly Reply[]): Error {
  const next = batch[replies.length]?.bytes.toString('latin1').slice(0, 3000)
  return new Error(`No reply to request ${replies.length} of ${batch.length}:\n${next}`)
}
