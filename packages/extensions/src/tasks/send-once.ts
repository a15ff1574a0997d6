import { type Call, type Clock, type Handler, locals, type Result, withCall } from '@lutra/core'
import { sleep } from './sleep.ts'
import { waitAfter } from './transient.ts'

/**
 * Sends a request about a task, again and again while the server is out of reach: the task goes on meanwhile. Until the signal
 * of the call aborts, the server says something final, or nothing was heard for the `timeoutMs` that the call itself was given.
 */
export async function insist(
  call: Call,
  next: Handler,
  onFault: (error: unknown) => void = () => {},
): Promise<Result> {
  const patienceMs = locals.get(call.signal)?.options.timeoutMs || Number.POSITIVE_INFINITY
  const since = performance.now()
  for (let count = 0; ; count++) {
    try {
      return await once(call, next)
    } catch (error) {
      call.signal.throwIfAborted()
      const waitMs = waitAfter(error, count)
      if (waitMs === undefined || performance.now() - since + waitMs > patienceMs) throw error
      onFault(error)
      await sleep(waitMs, call.signal)
    }
  }
}

/** Sends a request within a time of its own, which is that of a plain call. */
export async function once(call: Call, next: Handler, ms = timeOf(call)): Promise<Result> {
  const control = new AbortController()
  const { signal } = control
  const clock = createClock(ms, () => {
    control.abort(new DOMException(`${call.method} took longer than ${ms} ms`, 'TimeoutError'))
  })
  const abort = () => control.abort(call.signal.reason)
  if (call.signal.aborted) abort()
  call.signal.addEventListener('abort', abort, { once: true })
  const local = locals.get(call.signal)
  locals.set(signal, { options: {}, ...local, deadline: clock })
  const start = clock.pause()
  try {
    start()
    return await next(withCall(call, { signal }))
  } finally {
    clock.pause()
    call.signal.removeEventListener('abort', abort)
  }
}

function timeOf({ signal }: Call): number {
  const { deadline, options } = locals.get(signal) ?? {}
  return options?.timeoutMs ?? deadline?.timeoutMs ?? usualTimeoutMs
}

const usualTimeoutMs = 60_000

/** A clock that stands still until it is let go. 0: it never runs out. */
function createClock(timeoutMs: number, expire: () => void): Clock {
  let left = timeoutMs
  let since = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const start = () => {
    clearTimeout(timer)
    if (timeoutMs === 0) return
    since = performance.now()
    timer = setTimeout(expire, Math.min(left, longestMs))
  }
  return {
    timeoutMs,
    pause() {
      if (timer !== undefined) left -= performance.now() - since
      clearTimeout(timer)
      timer = undefined
      return start
    },
    lift() {},
  }
}

const longestMs = 2 ** 31 - 1
