/** A bus for tests that takes its time to begin, and loses what it is told to lose. */
import { type Bus, createMemoryBus } from '@lutra/core'

export function createLossyBus() {
  const inner = createMemoryBus()
  const gaps = new Set<() => void>()
  const waiting = new Set<() => void>()
  const state = { lossy: false, slow: true, subscriptions: 0 }

  function begin(): void {
    for (const start of waiting) start()
    waiting.clear()
  }

  const bus: Bus = {
    publish: async (topic, message) => {
      if (!state.lossy) await inner.publish(topic, message)
    },
    subscribe(topic, listen, onGap) {
      state.subscriptions += 1
      let end = () => {}
      const ready = new Promise<void>((resolve) => {
        waiting.add(() => {
          end = inner.subscribe(topic, listen)
          resolve()
        })
      })
      if (!state.slow) begin()
      if (onGap) gaps.add(onGap)
      const stop = () => {
        state.subscriptions -= 1
        end()
        if (onGap) gaps.delete(onGap)
      }
      return Object.assign(stop, { ready })
    },
  }
  return {
    bus,
    state,
    /** Lets every subscription hear from now on. */
    begin,
    /** Hears again, after messages were lost. */
    recover() {
      state.lossy = false
      for (const gap of [...gaps]) gap()
    },
  }
}
