import type { Bus, Store, Subscription } from '@lutra/core'
import type { Keys, Place } from './keys.ts'
import { type TaskRecord, ttlOf } from './record.ts'

/** A task that could be run, with what says whether it may be now. */
export interface Waiting extends Place {
  readonly tool: string
  readonly principal: string
  readonly concurrency: number
  readonly notBefore: number
}

/** The tasks that wait to be run, or are run, by whatever process. */
export interface WaitList {
  /** Those that nobody runs, oldest first. */
  unclaimed(): AsyncIterable<Waiting>
  /** The version of a task's entry; undefined: it has none. */
  versionOf(place: Place): Promise<string | undefined>
  /** Puts a task on the list, not to be begun before so many milliseconds are over. */
  add(task: TaskRecord, delayMs: number): Promise<void>
  /** Says once more that a task is on the list. */
  announce(waiting: Waiting): void
  /** Takes a task off, unless it was put there again since. */
  remove(place: Place, version: string): Promise<void>
  onAdded(hear: (waiting: Waiting) => void): Subscription
}

interface WaitListOptions {
  readonly store: Store
  readonly bus: Bus
  readonly onError: (error: unknown) => void
  readonly now: () => number
}

export function createWaitList(
  { store, bus, onError, now }: WaitListOptions,
  keys: Keys,
): WaitList {
  const tell = (waiting: Waiting) => bus.publish(keys.waitTopic, waiting).catch(onError)
  return {
    async *unclaimed() {
      let after: string | undefined
      for (;;) {
        const page = await store.list(keys.waitFolder, { limit: pageSize, ...(after && { after }) })
        const entries = page.map(({ value }) => value as Waiting)
        const leases = await store.getMany(entries.map(({ id }) => keys.lease(id)))
        for (const [at, entry] of entries.entries()) if (!leases[at]) yield entry
        after = page.at(-1)?.key
        if (page.length < pageSize) return
      }
    },
    async versionOf(place) {
      return (await store.get(keys.wait(place)))?.version
    },
    async add(task, delayMs) {
      const waiting = toWaiting(task, now() + delayMs)
      await store.set(keys.wait(task), waiting, ttlOf(task))
      tell(waiting)
    },
    announce: tell,
    async remove(place, version) {
      await store.delete(keys.wait(place), { ifVersion: version })
    },
    onAdded: (hear) => bus.subscribe(keys.waitTopic, (message) => hear(message as Waiting)),
  }
}

export function toWaiting(task: TaskRecord, notBefore: number): Waiting {
  const { id, createdAt, call, principal, policy } = task
  const tool = String(call.params['name'])
  return { id, createdAt, tool, principal, concurrency: policy.concurrency, notBefore }
}

const pageSize = 200
