import { type Bus, type Recorded, type Store, StoreError, type Subscription } from '@lutra/core'
import { sleep } from '@lutra/core/wait'
import { createKeys } from './keys.ts'
import { type Lease, takeLease } from './lease.ts'
import { makeTask } from './make-task.ts'
import { createOwnList, type OwnList } from './own-list.ts'
import { hiding, type TaskRecord, ttlOf } from './record.ts'
import { createSlots, type OpenLimits } from './slots.ts'
import { createSteps, type Steps } from './steps.ts'
import { createUnreadable, type Unreadable } from './unreadable.ts'
import { createWaitList, type WaitList } from './wait-list.ts'
import { isEnded } from './words.ts'

/** Where tasks are kept, and how the processes that share them hear of each other. */
export interface TaskStore {
  /** Resolves once the task outlives the process, and is on the list of those to be run unless it is over; throws `RpcError` where its caller has too many that are open. */
  create(task: TaskRecord, recorded: Recorded): Promise<void>
  get(id: string): Promise<TaskRecord | undefined>
  /** Those of many that are there and can be read, by one look. */
  getMany(ids: readonly string[]): Promise<readonly TaskRecord[]>
  /** Replaces a task by what `change` makes of it, however many others do so at once; undefined leaves it. Gives what is there then. */
  change(
    id: string,
    change: (task: TaskRecord) => TaskRecord | undefined,
  ): Promise<TaskRecord | undefined>
  /** Takes a task for this process alone, until the lease is let go of or lost; undefined where another has it. */
  lease(id: string): Promise<Lease | undefined>
  /** Calls `hear` for each change of a task, and where some may have been missed. */
  onChange(id: string, hear: () => void): Subscription
  readonly steps: Steps
  readonly waits: WaitList
  readonly own: OwnList
  readonly unreadable: Unreadable
}

export interface TaskStoreOptions {
  readonly store: Store
  readonly bus: Bus
  /** What the keys begin with. */
  readonly prefix: string
  /** Whether tasks are encrypted from their next write on. */
  readonly secret: boolean
  readonly leaseMs: number
  readonly open: OpenLimits
  readonly onError: (error: unknown) => void
  readonly now: () => number
}

/** Keeps tasks in a store: one entry each that changes by compare-and-set, one for each finished step, one while it waits. */
export function createTaskStore(options: TaskStoreOptions): TaskStore {
  const { store, bus, prefix, secret, leaseMs, onError, now } = options
  const keys = createKeys(prefix)
  const steps = createSteps(store, keys)
  const waits = createWaitList(options, keys)
  const own = createOwnList(store, keys, getMany)
  const unreadable = createUnreadable(onError)
  const slots = createSlots(options, keys)

  /** Undefined where somebody else was faster. */
  async function replace(id: string, change: (task: TaskRecord) => TaskRecord | undefined) {
    const held = await store.get(keys.task(id))
    if (!held) return { task: undefined }
    const before = held.value as TaskRecord
    const after = isEnded(before.status) ? undefined : change(before)
    if (!after) return { task: before }
    const updatedAt = Math.max(now(), before.updatedAt + 1)
    const task = { ...after, updatedAt, ...(secret && { secret }) }
    const condition = { ifVersion: held.version, ...ttlOf(task), ...hiding(task) }
    if ((await store.set(keys.task(id), task, condition)) === undefined) return undefined
    // Listed for as long as it is there.
    if (task.earlier) await own.put(task).catch(onError)
    // What is lost here is found by looking: at the next poll, or the next scan.
    bus.publish(keys.topic(id), {}).catch(onError)
    // After that: a run that was overtaken hears of it as soon as others can see it.
    if (isEnded(task.status)) await slots.free(task)
    return { task }
  }

  async function getMany(ids: readonly string[]): Promise<readonly TaskRecord[]> {
    const found = await store.getMany(ids.map(keys.task))
    return found.flatMap((one, at) => {
      if (one?.unreadable) unreadable.tell(ids[at] ?? '', one.unreadable)
      return one && !one.unreadable ? [one.value as TaskRecord] : []
    })
  }

  return {
    steps,
    waits,
    own,
    unreadable,
    create: (task, recorded) =>
      makeTask(task, recorded, { store, keys, slots, steps, waits, own, onError }),
    async get(id) {
      return (await store.get(keys.task(id)))?.value as TaskRecord | undefined
    },
    getMany,
    async change(id, change) {
      for (let attempt = 0; attempt < maxAttempts; attempt++) {
        const replaced = await replace(id, change)
        if (replaced) return replaced.task
        await sleep(Math.random() * 2 ** Math.min(attempt, 6))
      }
      throw new StoreError('A task is changed by too many at once', { code: 'unavailable' })
    },
    lease: (id) => takeLease({ store, key: keys.lease(id), ms: leaseMs, onError }),
    onChange: (id, hear) => bus.subscribe(keys.topic(id), hear, hear),
  }
}

const maxAttempts = 50
