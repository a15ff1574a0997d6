import type { Bus } from '@lutra/core'
import { startTimer } from '@lutra/core/wait'
import type { Change } from './change.ts'

/** Tells all instances of changes, later where the bus cannot be reached now. */
export interface Publisher {
  publish(change: Change): void
  /** Gives up what could not be told. */
  close(): void
}

export interface PublisherOptions {
  readonly bus: Bus
  readonly topic: string
  readonly onError: (error: unknown) => void
  /** Milliseconds before it is tried again; doubled each time, up to a minute. */
  readonly retryMs?: number
}

export function createPublisher(options: PublisherOptions): Publisher {
  const { bus, topic, onError, retryMs = 500 } = options
  // Each change once, however often it could not be told.
  const untold = new Map<string, Change>()
  let waitMs = retryMs
  let stopTimer: (() => void) | undefined
  let closed = false

  function send(change: Change): Promise<void> {
    return new Promise((resolve) => resolve(bus.publish(topic, change)))
  }

  function keep(change: Change): void {
    if (untold.size >= maxUntold || closed) return
    untold.set('list' in change ? change.list : `uri ${change.uri}`, change)
    stopTimer ??= startTimer(waitMs, () => void retry())
  }

  async function retry(): Promise<void> {
    const changes = [...untold.values()]
    untold.clear()
    const outcomes = await Promise.allSettled(changes.map(send))
    const failed = changes.filter((_, at) => outcomes[at]?.status === 'rejected')
    waitMs = failed.length > 0 ? Math.min(waitMs * 2, 60_000) : retryMs
    stopTimer = undefined
    // Those that could not be told meanwhile have waited for this.
    for (const change of [...failed, ...untold.values()]) keep(change)
  }

  return {
    publish(change) {
      send(change).catch((error: unknown) => {
        onError(error)
        keep(change)
      })
    },
    close() {
      closed = true
      stopTimer?.()
      untold.clear()
    },
  }
}

const maxUntold = 10_000
