import { type Call, type Clock, type Handler, locals, type Result, withCall } from '@lutra/core'
import { followAbort } from '@lutra/core/wait'

/** Sends a request within a time of its own, which is that of a plain call. */
export async function sendOnce(call: Call, next: Handler, ms = timeOf(call)): Promise<Result> {
  const control = new AbortController()
  const { signal } = control
  const clock = createClock(ms, () => {
    control.abort(new DOMException(`${call.method} took longer than ${ms} ms`, 'TimeoutError'))
  })
  const letGo = followAbort(call.signal, control)
  const local = locals.get(call.signal)
  locals.set(signal, { options: {}, ...local, deadline: clock })
  const start = clock.pause()
  try {
    start()
    return await next(withCall(call, { signal }))
  } finally {
    clock.pause()
    letGo()
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
    end() {},
  }
}

const longestMs = 2 ** 31 - 1
