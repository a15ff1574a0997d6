/** Time limits of calls. See /specification/2026-07-28/basic/patterns/cancellation#timeouts */
import type { Clock } from '@lutra/core'
import { followAbort } from '@lutra/core/wait'
import { TimeoutError } from './error.ts'

export interface DeadlineOptions {
  readonly signal?: AbortSignal | undefined
  /** Milliseconds without news; 0: no limit. */
  readonly timeoutMs: number
  /** Milliseconds in all; 0: no limit. */
  readonly maxTimeoutMs: number
  /** What takes too long, for the message. */
  readonly what: string
}

/** A signal that aborts when its time is up, and that can be given more. */
export interface Deadline extends Clock {
  readonly signal: AbortSignal
  /** There is news: the time without news starts anew. */
  extend(): void
  /** Lets go of clock and outer signal. */
  end(): void
}

/** Starts the clock of a call. */
export function createDeadline(options: DeadlineOptions): Deadline {
  const { signal: outer, what } = options
  const control = new AbortController()
  const maxTimeoutMs = options.maxTimeoutMs || never
  let timeoutMs = options.timeoutMs || never
  let idleLeft = 0
  let allLeft = maxTimeoutMs
  let since = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function start(): void {
    const left = Math.min(idleLeft, allLeft)
    if (left === never) return
    since = performance.now()
    timer = setTimeout(expire, Math.min(left, longestTimer))
  }

  function stop(): void {
    if (!timer) return
    clearTimeout(timer)
    timer = undefined
    const spent = performance.now() - since
    idleLeft -= spent
    allLeft -= spent
  }

  function expire(): void {
    stop()
    // Timers may fire a little early, and a long time takes several of them.
    if (Math.min(idleLeft, allLeft) > 1) start()
    else {
      const [limit, option] =
        allLeft <= idleLeft ? [maxTimeoutMs, 'maxTimeoutMs'] : [timeoutMs, 'timeoutMs']
      control.abort(
        new TimeoutError(`${what} took longer than ${limit} ms; raise ${option} to wait longer`),
      )
    }
  }

  function extend(): void {
    stop()
    idleLeft = timeoutMs
    start()
  }

  function lift(all: boolean): void {
    timeoutMs = never
    if (all) allLeft = timeoutMs
    extend()
  }

  const letGo = followAbort(outer, control)
  extend()

  return {
    signal: control.signal,
    timeoutMs: options.timeoutMs,
    lift,
    extend,
    pause() {
      stop()
      return start
    },
    end() {
      lift(true)
      letGo()
    },
  }
}

const longestTimer = 2 ** 31 - 1
const never = Number.POSITIVE_INFINITY
