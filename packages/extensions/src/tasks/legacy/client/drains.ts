/**
 * What a server of 2025-11-25 asks in the middle of a task: it comes while `tasks/result` waits, which is opened for that. See
 * /specification/2025-11-25/basic/utilities/tasks#input-required-status
 */
import {
  type Call,
  type Handler,
  type InputRequests,
  isInputRequired,
  isObject,
  locals,
  type Params,
  type Result,
  withCall,
} from '@lutra/core'
import { about } from '../../about.ts'
import { newsWithin } from '../../news-within.ts'

/** Waits for the questions of tasks, and hands in their answers. */
export interface Drains {
  /** What a task asks now, by keys that never come again. Whoever looks must be able to answer: a question comes once. */
  questions(call: Call, taskId: string): Promise<InputRequests>
  answer(call: Call, taskId: string, responses: Params): void
}

interface Drain {
  readonly number: number
  readonly control: AbortController
  lookedAt: number
  /** Resolves when it has come to something: questions, or the end of the task. */
  round: Promise<void>
  asked?: { readonly questions: InputRequests; readonly requestState: unknown } | undefined
}

export function createDrains(next: Handler): Drains {
  const drains = new Map<string, Drain>()
  let opened = 0

  function open(call: Call, taskId: string): Drain | undefined {
    for (const [id, { lookedAt }] of drains) {
      if (performance.now() - lookedAt > idleMs) end(id)
    }
    if (drains.size >= mostDrains) return undefined
    opened += 1
    const control = new AbortController()
    const drain = { number: opened, control, lookedAt: 0, round: Promise.resolve() }
    drains.set(taskId, drain)
    send(call, taskId, { drain, params: {} })
    return drain
  }

  function end(taskId: string): void {
    drains.get(taskId)?.control.abort(new Error('Nobody looks at the task any more'))
    drains.delete(taskId)
  }

  // It waits for as long as the task goes on: longer than the call that looks.
  function send(call: Call, taskId: string, { drain, params }: Sending): void {
    const { signal } = drain.control
    const { options } = locals.get(call.signal) ?? {}
    if (options) locals.set(signal, { options })
    const asking = about(call, 'tasks/result', { taskId, ...params })
    drain.asked = undefined
    drain.round = next(withCall(asking, { signal, notify() {} })).then(
      (result) => {
        if (isInputRequired(result)) drain.asked = askedBy(result, drain.number)
        else drains.delete(taskId)
      },
      // The task goes on, and who looks at it next tries again.
      () => void drains.delete(taskId),
    )
  }

  return {
    async questions(call, taskId) {
      const drain = drains.get(taskId) ?? open(call, taskId)
      if (!drain) return {}
      drain.lookedAt = performance.now()
      if (!drain.asked) await newsWithin(settleMs, drain.round, call.signal)
      return drain.asked?.questions ?? {}
    },
    answer(call, taskId, responses) {
      const drain = drains.get(taskId)
      if (!drain?.asked) return
      const { questions, requestState } = drain.asked
      const prefix = `${drain.number}.`
      const given = Object.entries(responses)
        .filter(([key]) => Object.hasOwn(questions, key))
        .map(([key, response]) => [key.slice(prefix.length), response] as const)
      if (given.length === 0) return
      const inputResponses = Object.fromEntries(given)
      send(call, taskId, { drain, params: { inputResponses, requestState } })
    },
  }
}

interface Sending {
  readonly drain: Drain
  readonly params: Params
}

function askedBy({ inputRequests, requestState }: Result, number: number): Drain['asked'] {
  const asked = Object.entries(isObject(inputRequests) ? inputRequests : {})
  const questions = asked.map(([key, question]) => [`${number}.${key}`, question] as const)
  return { questions: Object.fromEntries(questions) as InputRequests, requestState }
}

const mostDrains = 64
const settleMs = 500
const idleMs = 600_000
