import type { Notification, OnError } from '@lutra/core'
import { progressWords } from './progress-words.ts'
import type { TaskRecord } from './record.ts'
import type { TaskStore } from './task-store.ts'

/** What a task tells of its progress, as its status message. */
export interface Status {
  hear(notification: Notification): void
  /** Resolves when the last of it was written. */
  end(): Promise<void>
}

/** Writes the latest word on progress, and not more often than once a second. */
export function createStatus({ id }: TaskRecord, tasks: TaskStore, onError: OnError): Status {
  let latest: string | undefined
  let writing: Promise<void> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let wroteAt = Number.NEGATIVE_INFINITY

  function write(): void {
    if (latest === undefined || writing !== undefined) return
    const statusMessage = latest
    latest = undefined
    wroteAt = performance.now()
    writing = tasks
      .change(id, (held) =>
        held.statusMessage === statusMessage ? undefined : { ...held, statusMessage },
      )
      .then(
        () => {},
        (error: unknown) => onError(error, { id: crypto.randomUUID(), method: 'tasks' }),
      )
      .finally(() => {
        writing = undefined
        plan()
      })
  }

  function plan(): void {
    if (latest === undefined || writing !== undefined) return
    clearTimeout(timer)
    timer = setTimeout(write, Math.max(0, wroteAt + everyMs - performance.now()))
  }

  return {
    hear({ method, params }) {
      // Messages of the log do not belong to tasks.
      if (method !== 'notifications/progress') return
      latest = progressWords(params ?? {})
      plan()
    },
    async end() {
      clearTimeout(timer)
      latest = undefined
      await writing
    },
  }
}

const everyMs = 1000
