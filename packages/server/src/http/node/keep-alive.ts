import { defaultKeepAliveMs } from '../options.ts'

/** Keeps open streams alive: one timer for all of them, which runs while there are any. */
export interface KeepAlive {
  add(beat: () => void): void
  delete(beat: () => void): void
}

export function createKeepAlive(everyMs = defaultKeepAliveMs): KeepAlive {
  const beats = new Set<() => void>()
  let timer: NodeJS.Timeout | undefined
  return {
    add(beat) {
      beats.add(beat)
      timer ??= setInterval(() => {
        for (const each of beats) each()
      }, everyMs).unref()
    },
    delete(beat) {
      if (!beats.delete(beat) || beats.size > 0) return
      clearInterval(timer)
      timer = undefined
    },
  }
}
