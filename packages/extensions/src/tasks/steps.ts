import type { Store } from '@lutra/core'
import { hashOf } from './hash-of.ts'
import type { Keys } from './keys.ts'
import { hiding, mostSkewMs, type TaskRecord } from './record.ts'

/** The results of what must not be done again. */
export interface Steps {
  /** Rejects where one of them cannot be read: it would be done again. */
  of(id: string): Promise<ReadonlyMap<string, unknown>>
  /** Resolves once a result outlives the process. The first one counts: false where another run has recorded its own. */
  record(task: TaskRecord, key: string, value: unknown): Promise<boolean>
  forget(id: string): Promise<void>
}

interface Recorded {
  readonly key: string
  readonly value?: unknown
  /** Which run of the task has come to it. */
  readonly run: number
}

export function createSteps(store: Store, keys: Keys): Steps {
  return {
    async of(id) {
      const steps = new Map<string, unknown>()
      let after: string | undefined
      for (;;) {
        const page = await store.list(keys.stepFolder(id), after === undefined ? {} : { after })
        for (const { value, unreadable } of page) {
          if (unreadable) throw unreadable
          const { key, value: result } = value as Recorded
          steps.set(key, result)
        }
        after = page.at(-1)?.key
        if (page.length < pageSize) return steps
      }
    },
    async record(task, key, value) {
      const { id, run } = task
      const told: Recorded = value === undefined ? { key, run } : { key, value, run }
      // A step may be named after what it is about.
      const place = keys.step(id, task.secret ? await hashOf(`${id} ${key}`) : key)
      const condition = { ifVersion: null, ...ttlOfStep(task), ...hiding(task) }
      if ((await store.set(place, told, condition)) !== undefined) return true
      const [held] = await store.getMany([place])
      // One that was recorded without the store's word of it reaching here is this run's own.
      return (held?.value as Recorded | undefined)?.run === run
    },
    async forget(id) {
      for (let left = pageSize; left === pageSize; ) {
        const page = await store.list(keys.stepFolder(id))
        await Promise.all(page.map(({ key }) => store.delete(key)))
        left = page.length
      }
    },
  }
}

/** A step is there for as long as its task may be begun again: see `outlived`. */
function ttlOfStep({ policy }: TaskRecord): { readonly ttlMs?: number } {
  return policy.ttlMs === null ? {} : { ttlMs: policy.ttlMs + 2 * mostSkewMs }
}

/** What a store lists at once. */
const pageSize = 1000
