import type { Call, Notification } from '@lutra/core'
import { progressWords } from '../../progress-words.ts'

/** What older servers tell of tasks as the progress of the calls that made them. */
export interface Messages {
  /** Hears what is told of a call: for its caller at first, and about its task once that has begun. */
  hear(call: Call): { begin(taskId: string): void; notify(notification: Notification): void }
  of(taskId: string): string | undefined
  forget(taskId: string): void
}

export function createMessages(): Messages {
  const latest = new Map<string, string>()

  function keep(taskId: string, message: string): void {
    latest.delete(taskId)
    latest.set(taskId, message)
    const [oldest] = latest.keys()
    if (latest.size > mostKept && oldest !== undefined) latest.delete(oldest)
  }

  return {
    hear(call) {
      let id: string | undefined
      return {
        begin(taskId) {
          id = taskId
        },
        notify(notification) {
          if (id === undefined) call.notify(notification)
          else if (notification.method === 'notifications/progress') {
            keep(id, progressWords(notification.params ?? {}).slice(0, mostText))
          }
        },
      }
    },
    of: (taskId) => latest.get(taskId),
    forget(taskId) {
      latest.delete(taskId)
    },
  }
}

const mostKept = 1000
const mostText = 1000
