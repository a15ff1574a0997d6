import type { Store, Versioned } from '@lutra/core'
import { type Caller, keep } from './callers.ts'
import type { Keys } from './keys.ts'
import { mostSkewMs, type TaskRecord } from './record.ts'
import { isEnded } from './words.ts'

/** What a slot says of the task that has it. */
export interface Taken {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** When its time to live is over, if ever. */
  readonly until?: number
}

export interface FindOptions {
  readonly caller: Caller
  readonly most: number
  readonly keys: Keys
  readonly store: Store
  readonly now: () => number
}

/** Tells a caller which of its slots are free; where none is, gives when the first will be at the latest. */
export async function findSlots(options: FindOptions): Promise<number | undefined> {
  const { caller, most, keys, store } = options
  const taken: Held[] = []
  // Processes that look at once begin elsewhere.
  const first = Math.floor(Math.random() * most)
  for (let passed = 0; passed < most && caller.free.length === 0; passed += pageSize) {
    const length = Math.min(pageSize, most - passed)
    const numbers = Array.from({ length }, (_, at) => (first + passed + at) % most)
    const found = await store.getMany(numbers.map((number) => keys.slot(caller.name, number)))
    for (const [at, number] of numbers.entries()) {
      const slot = found[at]
      if (slot) taken.push({ number, version: slot.version, by: slot.value as Taken })
      else keep(caller, number)
    }
  }
  if (caller.free.length === 0) await reclaim(taken, options)
  if (caller.free.length > 0) return undefined
  // One after the other: there may be more than a function takes arguments.
  return taken.reduce(
    (first, { by }) => Math.min(first, by.until ?? first),
    Number.POSITIVE_INFINITY,
  )
}

const pageSize = 1000

interface Held {
  readonly number: number
  readonly version: string
  readonly by: Taken
}

/** Frees slots whose tasks are over: of processes that died before they did. A few at a time, as tasks may be large. */
async function reclaim(taken: readonly Held[], options: FindOptions): Promise<void> {
  const { caller, keys, store, now } = options
  const inOrder = taken.toSorted((one, other) => one.number - other.number)
  const length = Math.min(mostLooked, inOrder.length)
  const some = Array.from(
    { length },
    (_, at) => inOrder[(caller.place + at) % inOrder.length],
  ).flatMap((held) => held ?? [])
  caller.place += length
  const tasks = await store.getMany(some.map(({ by }) => keys.task(by.id)))
  for (const [at, { number, version, by }] of some.entries()) {
    const task = tasks[at]
    // What cannot be read here may be run by others.
    if (task?.unreadable) continue
    // What is not there may be about to be written, by a process whose clock is another.
    const isOld = now() - by.at > mostSkewMs
    if (!(task ? await isOver(task, isOld, options) : isOld)) continue
    // Where its own process was faster by a moment it is free all the same.
    await store.delete(keys.slot(caller.name, number), { ifVersion: version })
    keep(caller, number)
  }
}

const mostLooked = 16

/** Whether a task has ended; or was never put on the list of those to be run, by a process that died: nobody was told of it, and it goes. */
async function isOver(
  { value, version }: Versioned,
  isOld: boolean,
  { keys, store }: FindOptions,
): Promise<boolean> {
  const task = value as TaskRecord
  if (isEnded(task.status)) return true
  if (!isOld || task.run > 0 || (await store.get(keys.wait(task)))) return false
  return store.delete(keys.task(task.id), { ifVersion: version })
}
