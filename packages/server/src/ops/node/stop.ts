import { setTimeout as pause } from 'node:timers/promises'

/** What a process has open. */
export interface Closable {
  close(): unknown
  drain?(): void
}

export interface StopOptions {
  /** What is closed, one after the other: what listens first, engines last. What can `drain` is told to before. */
  readonly close: readonly Closable[]
  /** Milliseconds between not being ready and taking no more, for load balancers to notice. After SIGINT, none. Default: 5,000. */
  readonly drainMs?: number
  /** Milliseconds from the signal to the end, whatever is still open then. Default: 30,000. */
  readonly timeoutMs?: number
  /** Default: SIGTERM and SIGINT. A second one ends the process at once. */
  readonly signals?: readonly NodeJS.Signals[]
  /** Is told what could not be closed. Default: the console. */
  readonly onError?: (error: unknown) => void
}

/** Ends the process by the order of a platform: 0 where all was closed in time. */
export function stopOn(options: StopOptions, drain: () => void): void {
  const { close, drainMs = 5000, timeoutMs = 30_000, onError = complain } = options
  let stopping = false

  async function stop(signal: NodeJS.Signals): Promise<void> {
    if (stopping) process.exit(1)
    stopping = true
    const timer = setTimeout(() => {
      onError(new Error(`Not all was closed within ${timeoutMs} ms`))
      process.exit(1)
    }, timeoutMs)
    timer.unref()
    drain()
    for (const one of close) one.drain?.()
    if (signal !== 'SIGINT') await pause(drainMs)
    let code = 0
    for (const one of close) {
      try {
        await one.close()
      } catch (error) {
        code = 1
        onError(error)
      }
    }
    process.exit(code)
  }

  for (const signal of options.signals ?? (['SIGTERM', 'SIGINT'] as const)) {
    process.on(signal, () => void stop(signal))
  }
}

function complain(error: unknown): void {
  // biome-ignore lint/suspicious/noConsole: the process is about to end, and nobody else listens.
  console.error('While stopping:', error)
}
