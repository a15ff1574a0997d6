import { invalidParams, type Recorded, type Store } from '@lutra/core'
import type { Keys } from './keys.ts'
import type { OwnList } from './own-list.ts'
import { isUnkeepable } from './persistently.ts'
import { hiding, type TaskRecord, ttlOf } from './record.ts'
import type { Slots } from './slots.ts'
import type { Steps } from './steps.ts'
import type { WaitList } from './wait-list.ts'
import { isEnded } from './words.ts'

export interface MakeOptions {
  readonly store: Store
  readonly keys: Keys
  readonly slots: Slots
  readonly steps: Steps
  readonly waits: WaitList
  readonly own: OwnList
  readonly onError: (error: unknown) => void
}

/** Stores a new task for whoever runs it: all of it, or nothing that stays. */
export async function makeTask(
  made: TaskRecord,
  recorded: Recorded,
  options: MakeOptions,
): Promise<void> {
  // First: whatever is left of a task whose process dies is found by its slot.
  const task = isEnded(made.status) ? made : await options.slots.take(made)
  try {
    await write(task, recorded, options)
  } catch (error) {
    await undo(task, options).catch(options.onError)
    if (!isUnkeepable(error)) throw error
    throw invalidParams('This call is larger than what can be kept as a task')
  }
}

async function write(
  task: TaskRecord,
  recorded: Recorded,
  { store, keys, steps, waits, own }: MakeOptions,
): Promise<void> {
  // Before anybody can run it.
  await own.put(task)
  await all(Array.from(recorded.steps, ([key, value]) => steps.record(task, key, value)))
  const condition = { ifVersion: null, ...ttlOf(task), ...hiding(task) }
  const writing = store.set(keys.task(task.id), task, condition)
  // At once: whoever finds it on the list before it is there lets it be for a while.
  const listing = isEnded(task.status) ? [] : [waits.put(task, 0)]
  await all([writing, ...listing])
  for (const waiting of listing) waits.announce(await waiting)
}

/** Waits for all of them, also where one fails: nothing may be written later than it is taken back. */
async function all(writing: readonly Promise<unknown>[]): Promise<void> {
  for (const one of await Promise.allSettled(writing)) {
    if (one.status === 'rejected') throw one.reason
  }
}

/** A write that failed may have been done all the same: what nobody was told of must not stay, least of all without a slot. */
async function undo(task: TaskRecord, { store, keys, slots, steps }: MakeOptions): Promise<void> {
  await all([store.delete(keys.task(task.id)), store.delete(keys.wait(task))])
  await slots.free(task)
  await steps.forget(task.id)
}
