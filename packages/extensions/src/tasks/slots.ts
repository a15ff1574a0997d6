/** How many tasks of one caller are open at once, over all processes that share a store. */
import { RpcError, type Store } from '@lutra/core'
import { type Caller, createCallers, keep } from './callers.ts'
import { findSlots, type Taken } from './find-slots.ts'
import type { Keys } from './keys.ts'
import { type TaskRecord, ttlOf } from './record.ts'

/** Tasks that have not ended: of one caller who was authenticated, and of all others together. */
export interface OpenLimits {
  readonly principal: number
  readonly anonymous: number
}

/** As many places as a caller may have open tasks. */
export interface Slots {
  /** The task with a slot of its own; throws `RpcError` where its caller has none left. */
  take(task: TaskRecord): Promise<TaskRecord>
  /** Lets go of the slot of a task that is over. */
  free(task: TaskRecord): Promise<void>
}

export interface SlotsOptions {
  readonly store: Store
  readonly open: OpenLimits
  readonly onError: (error: unknown) => void
  readonly now: () => number
}

/**
 * Slots have numbers, and each is one task's, from before that is stored until it ends or its time to live is over: there are never more
 * open tasks than that, however many processes make some at once. Where a process died between the end of a task and that of its slot,
 * its caller has one too few until slots are looked through for such.
 */
export function createSlots(options: SlotsOptions, keys: Keys): Slots {
  const { store, open, onError, now } = options
  const callers = createCallers()

  /** Looks for free slots, once for all who wait for one. */
  async function find(caller: Caller, most: number): Promise<void> {
    caller.finding ??= findSlots({ caller, most, keys, store, now }).finally(() => {
      caller.finding = undefined
    })
    const firstEnd = await caller.finding
    if (firstEnd === undefined) return
    // A caller who has too many and goes on asking costs one look in this time.
    caller.full = { until: performance.now() + lookAgainMs, firstEnd }
  }

  async function claim(key: string, task: TaskRecord): Promise<string | undefined> {
    try {
      return await store.set(key, toTaken(task), { ifVersion: null, ...ttlOf(task) })
    } catch (error) {
      await unclaim(key, task.id).catch(onError)
      throw error
    }
  }

  /** Where the store's word was lost, a slot may have been taken for what is not made now. */
  async function unclaim(key: string, id: string): Promise<void> {
    const held = await store.get(key)
    if ((held?.value as Taken | undefined)?.id !== id || !held) return
    await store.delete(key, { ifVersion: held.version })
  }

  return {
    async take(task) {
      const most = task.principal === '' ? open.anonymous : open.principal
      if (most === Number.POSITIVE_INFINITY) return task
      const caller = await callers.of(task.principal)
      for (let tries = 0; tries < mostTries; tries++) {
        if (tries >= guesses && caller.free.length === 0) await find(caller, most)
        const { full } = caller
        if (full && performance.now() < full.until) throw tooMany(most, full.firstEnd - now())
        const number = caller.free.pop() ?? Math.floor(Math.random() * most)
        const version = await claim(keys.slot(caller.name, number), task)
        if (version !== undefined) return { ...task, slot: { number, version } }
        // Others are faster: what is known of free slots is no good any more.
        if (tries >= guesses) caller.free.length = 0
      }
      throw tooMany(most, Number.POSITIVE_INFINITY)
    },
    async free({ slot, principal }) {
      if (!slot) return
      const { number, version } = slot
      try {
        const caller = await callers.of(principal)
        const key = keys.slot(caller.name, number)
        if (await store.delete(key, { ifVersion: version })) keep(caller, number)
      } catch (error) {
        onError(error)
      }
    },
  }
}

// What is likely to be free is tried before it is looked for.
const guesses = 3
const mostTries = 12
const lookAgainMs = 1000

function toTaken(task: TaskRecord): Taken {
  const { ttlMs } = ttlOf(task)
  const { id, createdAt: at } = task
  return ttlMs === undefined ? { id, at } : { id, at, until: at + ttlMs }
}

/** Says what to do. The code and `retryAfterMs` are those of a rate limit, which HTTP and clients know. */
function tooMany(most: number, firstEndMs: number): RpcError {
  const byItself = Math.max(firstEndMs, 1000)
  const soonest = Number.isFinite(byItself)
    ? `; the first is over by itself in ${Math.ceil(byItself / 1000)} seconds at the latest`
    : ''
  return new RpcError(
    `No task was made: ${most} of this caller are open, and no more may be. Await, answer or cancel some, and try again${soonest}`,
    { code: 429, data: { retryAfterMs: Math.min(byItself, mostRetryMs), openTasks: most } },
  )
}

const mostRetryMs = 10_000

/** The limits that a server has set, or the usual ones; throws `TypeError` for what is none. */
export function readOpen({
  principal = 1000,
  anonymous = 10_000,
}: Partial<OpenLimits> = {}): OpenLimits {
  for (const [name, most] of Object.entries({ principal, anonymous })) {
    if (most === Number.POSITIVE_INFINITY || (Number.isSafeInteger(most) && most > 0)) continue
    throw new TypeError(`Expected open.${name} to be a number of tasks from 1 on: ${most}`)
  }
  return { principal, anonymous }
}
