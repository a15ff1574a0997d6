import type { Store } from '@lutra/core'
import type { Keys } from './keys.ts'
import { type TaskRecord, ttlOf } from './record.ts'

/** The results of what must not be done again. */
export interface Steps {
  of(id: string): Promise<ReadonlyMap<string, unknown>>
  /** Resolves once the result outlives the process. */
  record(task: TaskRecord, key: string, value: unknown): Promise<void>
  forget(id: string): Promise<void>
}

export function createSteps(store: Store, keys: Keys): Steps {
  return {
    async of(id) {
      const steps = new Map<string, unknown>()
      let after: string | undefined
      for (;;) {
        const page = await store.list(keys.stepFolder(id), after === undefined ? {} : { after })
        for (const { value } of page) {
          const { key, value: result } = value as { key: string; value?: unknown }
          steps.set(key, result)
        }
        after = page.at(-1)?.key
        if (page.length < pageSize) return steps
      }
    },
    async record(task, key, value) {
      const told = value === undefined ? { key } : { key, value }
      await store.set(keys.step(task.id, key), told, ttlOf(task))
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

/** What a store lists at once. */
const pageSize = 1000
