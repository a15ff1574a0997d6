import { StoreError } from '@lutra/core'

/** The beginning of something that may be away at first. */
export interface Start {
  /** Resolves once it has begun; rejects with the reason while it could not. */
  ready(): Promise<void>
  /** Tries no more; resolves when nothing of it runs. */
  stop(): Promise<void>
}

export interface StartOptions {
  /** Rejects where it is away for now. */
  readonly begin: () => Promise<void>
  /** Whether that it is away at first is an error. */
  readonly required: boolean
  /** Whether trying again may help. */
  readonly isPassing: (error: unknown) => boolean
  readonly onError: (error: unknown) => void
}

/** Begins something, and where it is away goes on trying: nobody has to wait for it, nor to be started again. Rejects what never will be. */
export async function start(options: StartOptions): Promise<Start> {
  const { begin, required, isPassing, onError } = options
  let failure: unknown
  let hasBegun = false
  let stopped = false
  let running = Promise.resolve()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function attempt(waitMs: number): Promise<void> {
    try {
      await begin()
      hasBegun = true
    } catch (error) {
      failure = error
      if (!stopped) {
        onError(error)
        plan(waitMs)
      }
    }
  }

  function plan(waitMs: number): void {
    timer = setTimeout(() => {
      running = attempt(Math.min(waitMs * 2, mostWaitMs))
    }, waitMs)
    timer.unref()
  }

  try {
    await begin()
    hasBegun = true
  } catch (error) {
    if (required || !isPassing(error)) throw error
    failure = error
    onError(error)
    plan(leastWaitMs)
  }
  return {
    async ready() {
      if (stopped) throw new StoreError('This engine was closed', { code: 'unavailable' })
      if (!hasBegun) throw failure
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}

const leastWaitMs = 100
const mostWaitMs = 2000
