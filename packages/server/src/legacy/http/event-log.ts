/** What was sent on the streams of a session, for clients that lose one. See /specification/2025-11-25/basic/transports#resumability-and-redelivery */
import { type Bus, isObject, type Store, type Subscription } from '@lutra/core'
import { retryStore } from '@lutra/core/wait'
import { createBudget } from './budget.ts'
import { kindOf } from './event-id.ts'

/** Bounds of what is kept of one stream. */
export interface ReplayLimits {
  /** Events (256). */
  readonly maxEvents: number
  /** Characters of all of them (4 Mi). The last event is kept whatever its size. */
  readonly maxLength: number
  /** Milliseconds (5 minutes). */
  readonly ttlMs: number
  /** Characters that one instance keeps of all streams together (64 Mi), some 500 for each event on top. What is beyond cannot be had again. */
  readonly maxTotalLength: number
}

/** One event of a stream: a message as JSON, or nothing for what only marks its beginning or end. */
export interface LoggedEvent {
  readonly seq: number
  readonly json: string
  /** Whether the stream is over with it. */
  readonly last: boolean
}

/** A stream as it was kept. */
export interface KeptStream {
  /** The events after the one that was asked for. */
  readonly events: readonly LoggedEvent[]
  readonly over: boolean
}

/** Names a stream: no session can read another one's. */
export interface StreamName {
  readonly sid: string
  readonly streamId: string
}

export interface EventLog {
  /** What keeps the events of one stream, in their order, and tells who follows it. It never rejects, and nobody has to wait for it. */
  write(name: StreamName): (event: LoggedEvent) => Promise<void>
  /** Undefined where the session has no such stream, or no longer. */
  read(name: StreamName, after: number): Promise<KeptStream | undefined>
  /** Calls `listen` for each event from now on, once it is kept; `onGap` where some may not have been told of. */
  follow(name: StreamName, listen: (event: LoggedEvent) => void, onGap: () => void): Subscription
}

export interface EventLogOptions {
  readonly store: Store
  readonly bus: Bus
  readonly limits?: Partial<ReplayLimits> | undefined
  readonly onError: (error: unknown) => void
}

export function createEventLog({ store, bus, limits, onError }: EventLogOptions): EventLog {
  const { maxEvents = 256, maxLength = 4 * mebi, ttlMs = 300_000 } = limits ?? {}
  const budget = createBudget(limits?.maxTotalLength ?? 64 * mebi, ttlMs)

  async function keep(
    prefix: string,
    { kept, markMs }: Written,
    event: LoggedEvent,
  ): Promise<void> {
    const { seq, json, last } = event
    const opening = seq === 0
    await retryStore(async () => {
      await store.set(prefix + pad(seq), { json, last }, { ttlMs: opening ? markMs : ttlMs })
      await bus.publish(prefix, event)
      if (last) await store.set(prefix + pad(0), { json: '', last: false }, { ttlMs })
    })
    if (opening) return
    kept.push({ seq, length: json.length })
    for (const { seq: oldest } of takeSurplus(kept, maxEvents, maxLength)) {
      await store.delete(prefix + pad(oldest))
    }
  }

  return {
    write(name) {
      const prefix = prefixOf(name)
      // What marks the beginning says that there is such a stream, for as long as its call may be silent.
      const markMs = kindOf(name.streamId) === 'call' ? openMs : ttlMs
      const written: Written = { kept: [], markMs }
      let waiting = 0
      let open = true
      let done: Promise<void> = Promise.resolve()
      return (sent) => {
        // What marks beginning and end is paid for at the beginning: without it, nothing is kept of a stream.
        if (sent.seq === 0) open = budget.spend(markCost)
        if (!open) return done
        const cost = sent.seq === 0 ? 0 : eventCost + sent.json.length
        const room = (waiting < maxWaiting || sent.last) && budget.spend(cost)
        if (!room && !sent.last) return done
        // That a stream is over is kept in any case, or who takes it up would wait for ever.
        const event = room ? sent : { ...sent, json: '' }
        waiting += 1
        done = done
          .then(() => keep(prefix, written, event))
          .catch(onError)
          .then(() => {
            waiting -= 1
          })
        return done
      }
    },

    async read(name, after) {
      const prefix = prefixOf(name)
      // The mark of the beginning, and one that is about to go, come on top.
      const entries = await store.list(prefix, { limit: maxEvents + 2 })
      if (entries.length === 0) return undefined
      const events = entries.flatMap(({ key, value }) => {
        const seq = Number(key.slice(prefix.length))
        return isObject(value) ? [toEvent(seq, value)] : []
      })
      return {
        events: events.filter(({ seq }) => seq > after),
        over: events.some(({ last }) => last),
      }
    },

    follow(name, ...[listen, onGap]) {
      const hear = (told: unknown) => {
        if (isObject(told) && typeof told['seq'] === 'number') listen(toEvent(told['seq'], told))
      }
      return bus.subscribe(prefixOf(name), hear, onGap)
    },
  }
}

/** What was kept of a stream so far, oldest first, and how long its beginning counts. */
interface Written {
  readonly kept: Kept[]
  readonly markMs: number
}

interface Kept {
  readonly seq: number
  readonly length: number
}

const mebi = 1024 * 1024
const maxWaiting = 256
// What an entry of a store takes beside its text.
const eventCost = 512
const markCost = 2 * eventCost
const openMs = 24 * 60 * 60 * 1000

/** Takes out the oldest until the rest is within bounds; the newest always stays. */
function takeSurplus(kept: Kept[], maxEvents: number, maxLength: number): readonly Kept[] {
  let length = kept.reduce((sum, event) => sum + event.length, 0)
  let surplus = 0
  while (kept.length - surplus > 1) {
    if (kept.length - surplus <= maxEvents && length <= maxLength) break
    length -= kept[surplus]?.length ?? 0
    surplus += 1
  }
  return kept.splice(0, surplus)
}

function prefixOf({ sid, streamId }: StreamName): string {
  return `lutra/legacy/event/${sid}/${streamId}/`
}

function toEvent(seq: number, value: Record<string, unknown>): LoggedEvent {
  return { seq, json: String(value['json'] ?? ''), last: value['last'] === true }
}

/** Keys are in the order of their text. */
function pad(seq: number): string {
  return String(seq).padStart(10, '0')
}
