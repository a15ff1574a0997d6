/** Goes on with a call whose instance is gone, for a client that has come back for it. */
import type { Message } from '@lutra/core'
import { startTimer } from '@lutra/core/wait'
import type { HttpRequest } from '../../http/exchange.ts'
import type { HttpSession } from './http-session.ts'
import type { FoundCall } from './kept-calls.ts'
import { createKeptOutlet } from './outlet.ts'
import type { Parts } from './parts.ts'
import { presenceMs } from './presence.ts'
import { goOn } from './respond.ts'

/** Who came back, to this instance. */
export interface Returned {
  readonly request: HttpRequest
  readonly session: HttpSession
}

/** Looks after a call until the function that it returns is called: goes on with it where nobody else does. */
export function standIn(
  parts: Parts,
  returned: Returned,
  { call, seq }: { readonly call: FoundCall; readonly seq: number },
): () => void {
  const { name } = call
  const isFree = createWatch(parts)
  let stopped = false
  let stop = () => {}

  async function look(): Promise<boolean> {
    const found = await parts.kept.find(name)
    if (!found || stopped) return true
    // This instance has it itself, however long its store takes.
    if (returned.session.running.has(found.call.message.id)) return false
    return (await isFree(found)) && takeOver(parts, returned, { call: found, seq })
  }

  async function round(waitMs: number): Promise<void> {
    const over = await look().catch((error: unknown) => {
      parts.onError?.(error, { id: name.sid, method: '' })
      return false
    })
    if (over || stopped) return
    stop = startTimer(waitMs, () => void round(Math.min(waitMs * 2, longestWaitMs)))
  }

  void round(250)
  return () => {
    stopped = true
    stop()
  }
}

const longestWaitMs = 2000

/** Tells of one call, each time that it is looked at, whether nobody goes on with it. */
function createWatch({ kept, presence }: Parts): (found: FoundCall) => Promise<boolean> {
  let goneSince: number | undefined
  let turn: string | undefined
  return async (found) => {
    const { call } = found
    const isGone = await presence.isGone(call.by)
    goneSince = isGone ? (goneSince ?? performance.now()) : undefined
    // A store that was away has let the word of every instance grow old. Who only waits can be wrong about that: of two who
    // go on, one is told. Who works with the answers cannot, and gets the time to say again that it is there.
    if (!call.parked) return isGone && performance.now() - (goneSince ?? 0) >= presenceMs / 2
    if (isGone) return true
    // One that has its answers is gone on with at once: what is still there at the next look is not.
    const again = turn === call.turn
    turn = (await kept.isAnswered(found)) ? call.turn : undefined
    return again && turn !== undefined
  }
}

/** False where somebody else has the call. */
async function takeOver(
  parts: Parts,
  { request, session }: Returned,
  { call, seq }: { readonly call: FoundCall; readonly seq: number },
): Promise<boolean> {
  const log = await parts.log.read(call.name, 0)
  if (log?.over) return true
  const keeper = await parts.kept.take(call)
  if (!keeper) return false
  const events = log?.events ?? []
  const said = ({ id }: { id?: unknown }) =>
    typeof id === 'string' && events.some(({ json }) => json.includes(JSON.stringify(id)))
  const outlet = createKeptOutlet(parts, call.name, {
    // Not all that the client has seen may have been kept.
    from: Math.max(seq, events.at(-1)?.seq ?? 0) + 1,
    said: (message: Message) => 'method' in message && 'id' in message && said(message),
  })
  const { revision, meta } = session
  const party = { revision, meta, session }
  goOn(parts, { request, party, outlet, keeper }, call.call.message)
  return true
}
