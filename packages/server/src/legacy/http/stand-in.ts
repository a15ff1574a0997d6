/** Goes on with a call whose instance is gone, for a client that has come back for it. */
import type { Message } from '@lutra/core'
import type { HttpRequest } from '../../http/exchange.ts'
import { after } from '../after.ts'
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

/** Looks after a call until the function that it returns is called: takes it over once its instance is gone. */
export function standIn(
  parts: Parts,
  returned: Returned,
  { call: first, seq }: { readonly call: FoundCall; readonly seq: number },
): () => void {
  const { kept, presence, onError } = parts
  let found: FoundCall | undefined = first
  let missing = 0
  let stopped = false
  let stop = () => {}

  async function look(): Promise<boolean> {
    found ??= await kept.find(first.name)
    if (!found) return true
    missing = (await presence.isGone(found.call.by)) ? missing + 1 : 0
    // A store that was away has let the word of every instance grow old: they get the time to say it again.
    if (missing < enough) return false
    missing = 0
    const over = await takeOver(parts, returned, { call: found, seq })
    found = undefined
    return over
  }

  async function round(): Promise<void> {
    const over = await look().catch((error: unknown) => {
      onError?.(error, { id: first.name.sid, method: '' })
      return false
    })
    if (!over && !stopped) again()
  }

  function again(): void {
    stop = after(presenceMs / 4, () => void round())
  }

  again()
  return () => {
    stopped = true
    stop()
  }
}

const enough = 3

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
