import { keepAlive } from '@lutra/core'
import type { Sink } from '../exchange.ts'
import { defaultKeepAliveMs } from '../options.ts'

/** Keeps open streams alive: one timer for all of them, which runs while there are any. */
export interface KeepAlive {
  add(sink: Sink): void
  delete(sink: Sink): void
}

export function createKeepAlive(everyMs = defaultKeepAliveMs): KeepAlive {
  const open = new Set<Sink>()
  let timer: NodeJS.Timeout | undefined
  return {
    add(sink) {
      open.add(sink)
      timer ??= setInterval(() => {
        for (const each of open) each.write(keepAlive)
      }, everyMs).unref()
    },
    delete(sink) {
      if (!open.delete(sink) || open.size > 0) return
      clearInterval(timer)
      timer = undefined
    },
  }
}
