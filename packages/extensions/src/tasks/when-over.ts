import { type Call, locals } from '@lutra/core'

/** What to do where calls end that have not come back to who follows their task. */
export interface WhenOver {
  /** Sets what is done at the end of a call. */
  set(call: Call, then: () => void): void
  /** Whether something was set for a call, which may come back; it is done no more. */
  clear(call: Call): boolean
}

/** While questions of a task are answered, who follows it is not asked: all that it hears of its call is the end. */
export function createWhenOver(): WhenOver {
  const toDo = new WeakMap<AbortSignal, () => void>()
  return {
    set({ signal }, then) {
      const deadline = locals.get(signal)?.deadline
      if (!deadline) return
      if (!toDo.has(signal)) {
        const { end } = deadline
        deadline.end = () => {
          end()
          toDo.get(signal)?.()
        }
      }
      toDo.set(signal, then)
    },
    clear({ signal }) {
      const was = toDo.has(signal)
      if (was) toDo.set(signal, () => {})
      return was
    },
  }
}
