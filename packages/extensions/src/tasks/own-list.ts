import type { Store } from '@lutra/core'
import type { Keys } from './keys.ts'
import { type TaskRecord, ttlOf } from './record.ts'

/** The tasks of one caller, for those that may be listed. */
export interface OwnList {
  /** Lists a task, for as long as it is kept from now on. */
  put(task: TaskRecord): Promise<void>
  /** So many tasks of a list, oldest first, from the one after a place on. */
  page(list: string, options: { readonly after: string; readonly limit: number }): Promise<OwnPage>
}

export interface OwnPage {
  readonly tasks: readonly TaskRecord[]
  /** Where the next page begins, if there is one. */
  readonly next?: string | undefined
}

export function createOwnList(
  store: Store,
  keys: Keys,
  getMany: (ids: readonly string[]) => Promise<readonly TaskRecord[]>,
): OwnList {
  return {
    async put(task) {
      const { earlier, id } = task
      if (earlier?.list !== undefined)
        await store.set(keys.own(earlier.list, task), id, ttlOf(task))
    },
    async page(list, { after, limit }) {
      const folder = keys.ownFolder(list)
      const found = await store.list(folder, { after: folder + after, limit: limit + 1 })
      const entries = found.slice(0, limit)
      const tasks = await getMany(entries.map(({ value }) => String(value)))
      const last = found.length > limit ? entries.at(-1) : undefined
      return { tasks, next: last?.key.slice(folder.length) }
    },
  }
}
