import type { Bus, Store, Subscription } from '@lutra/core'
import { sleep } from '@lutra/core/wait'
import { hashOf } from './hash-of.ts'
import type { Keys, Place } from './keys.ts'
import { readWaiting } from './read-waiting.ts'
import { type TaskRecord, ttlOf } from './record.ts'

/** A task that could be run, with what says whether it may be now. */
export interface Waiting extends Place {
  readonly tool: string
  /** Tells callers apart. */
  readonly principal: string
  readonly concurrency: number
  /** Milliseconds since 1970, by the clock of who put it there; 0: at once. */
  readonly notBefore: number
  /** How long that was from then. */
  readonly delayMs: number
}

/** The tasks that wait to be run, or are run, by whatever process. */
export interface WaitList {
  /** Some of those that come after a place on the list, oldest first. */
  look(after: string | undefined): Promise<Look>
  /** A task's entry; undefined: it has none. */
  find(place: Place): Promise<Listed | undefined>
  /** Puts a task on the list, not to be begun before so many milliseconds are over, and tells of it. */
  add(task: TaskRecord, delayMs: number): Promise<void>
  /** Puts a task on the list of which nobody is told yet. */
  put(task: TaskRecord, delayMs: number): Promise<Waiting>
  /** Says that a task is on the list. */
  announce(waiting: Waiting): void
  /** Takes a task off, unless it was put there again since. */
  remove(place: Place, version: string): Promise<void>
  /** Calls `hear` for each task that is put on the list, and `onGap` where some may have been missed. */
  onAdded(hear: (waiting: Waiting) => void, onGap: () => void): Subscription
}

export interface Look {
  /** Those that nobody runs. */
  readonly unclaimed: readonly Waiting[]
  /** Where to look on; undefined where the list ends. */
  readonly next: string | undefined
}

export interface Listed {
  readonly waiting: Waiting
  readonly version: string
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
  const tell = createTeller((some) => bus.publish(keys.waitTopic, some).catch(onError))

  async function put(task: TaskRecord, delayMs: number): Promise<Waiting> {
    // A clock that is ahead must not make others wait for nothing.
    const notBefore = delayMs === 0 ? 0 : now() + delayMs
    const waiting = { ...(await toWaiting(task)), notBefore, delayMs }
    await store.set(keys.wait(task), waiting, ttlOf(task))
    return waiting
  }

  return {
    put,
    async look(after) {
      const page = await store.list(keys.waitFolder, { limit: pageSize, ...(after && { after }) })
      const entries = page.map(({ value }) => value as Waiting)
      const leases = await store.getMany(entries.map(({ id }) => keys.lease(id)))
      const next = page.length < pageSize ? undefined : page.at(-1)?.key
      return { unclaimed: entries.filter((_, at) => !leases[at]), next }
    },
    async find(place) {
      const entry = await store.get(keys.wait(place))
      return entry && { waiting: entry.value as Waiting, version: entry.version }
    },
    async add(task, delayMs) {
      tell(await put(task, delayMs))
    },
    announce: tell,
    async remove(place, version) {
      await store.delete(keys.wait(place), { ifVersion: version })
    },
    onAdded: (hear, onGap) =>
      bus.subscribe(keys.waitTopic, (told) => readWaiting(told).forEach(hear), onGap),
  }
}

/** Tells of one at once, and of those that come meanwhile together: a message costs as much as an entry. */
function createTeller(publish: (some: readonly Waiting[]) => Promise<void>) {
  const later: Waiting[] = []
  let isTelling = false

  async function tell(first: Waiting): Promise<void> {
    isTelling = true
    let tookMs = await timed(() => publish([first]))
    while (later.length > 0) {
      // As long as the last one took: where messages are dear, fewer of them tell of more.
      if (tookMs >= 1 && later.length < mostTold) await sleep(Math.min(tookMs, mostPauseMs))
      tookMs = await timed(() => publish(later.splice(0, mostTold)))
    }
    isTelling = false
  }

  return (waiting: Waiting): void => {
    if (!isTelling) void tell(waiting)
    // Where the bus is away, what is not told is found by looking.
    else if (later.length < mostUntold) later.push(waiting)
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

const mostTold = 16
const mostPauseMs = 5
const mostUntold = 1000

/** A task that may be run at once: what others may read of it, who look for work. */
export async function toWaiting(task: TaskRecord): Promise<Waiting> {
  const { id, createdAt, call, principal, policy } = task
  const tool = String(call.params['name'])
  return {
    id,
    createdAt,
    tool,
    principal: task.secret ? await hashOf(principal) : principal,
    concurrency: policy.concurrency,
    notBefore: 0,
    delayMs: 0,
  }
}

const pageSize = 200
