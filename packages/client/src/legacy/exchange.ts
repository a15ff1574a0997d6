import {
  type Call,
  type Deferred,
  deferred,
  factsOf,
  type InputRequest,
  inputRequired,
  isObject,
  type Notification,
  type Result,
} from '@lutra/core'
import { sleep } from '@lutra/core/wait'
import type { Park } from './park.ts'
import { canAnswer } from './question.ts'

/** One call to a legacy server, from its first round to its result, through the questions that come between. */
export interface Exchange {
  /** The round that is under way; absent while the caller is away to find answers. */
  readonly call: Call | undefined
  /** The task whose end it waits for. */
  readonly taskId: unknown
  /** Whether the caller may be asked this. */
  takes(question: InputRequest): boolean
  /** Asks the caller; resolves with the bare result that a later round brings. */
  ask(question: InputRequest, signal: AbortSignal): Promise<unknown>
  notify(notification: Notification): void
}

/** A question was still open when the call that was asked it ended. */
export class CallOverError extends Error {
  override readonly name = 'CallOverError'

  constructor() {
    super('The call is over')
  }
}

export interface ExchangeOptions {
  readonly park: Park
  /** Sends the call to the server and gives what it comes to. */
  send(exchange: Exchange, signal: AbortSignal): Promise<Result>
}

/** Carries one call to the server; where questions come, its result asks for them and a later call goes on. */
export function runExchange(call: Call, { park, send }: ExchangeOptions): Promise<Result> {
  const questions = createQuestions()
  const cancel = new AbortController()
  let current: Call | undefined
  let latest = call
  let outcome: Promise<Result> | undefined
  let done = false

  const exchange: Exchange = {
    get call() {
      return current
    },
    taskId: waitsForTask(call) ? call.params['taskId'] : undefined,
    takes: (question) =>
      (factsOf(call.method).input === true || waitsForTask(call)) && canAnswer(latest, question),
    ask(question, signal) {
      if (done) return Promise.reject(new CallOverError())
      if (park.full) return Promise.reject(new Error('Too many calls wait for answers already'))
      return questions.ask(question, signal)
    },
    notify: (notification) => current?.notify(notification),
  }

  async function start(): Promise<Result> {
    try {
      return await send(exchange, cancel.signal)
    } finally {
      done = true
      questions.close()
    }
  }

  async function round(call: Call): Promise<Result> {
    current = latest = call
    const { signal } = call
    const abort = () => cancel.abort(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    try {
      outcome ??= start()
      for (;;) {
        await Promise.race([outcome.catch(() => {}), questions.some()])
        // Questions that were sent together are asked together: each round counts for the caller.
        if (!done) await sleep(0)
        if (done) return await outcome
        if (!questions.none()) return leave(call)
      }
    } finally {
      signal.removeEventListener('abort', abort)
      current = undefined
    }
  }

  function leave(call: Call): Result {
    const requestState = park.put(call, {
      resume(next) {
        questions.answer(next.params['inputResponses'])
        return round(next)
      },
      drop: (reason) => cancel.abort(reason),
    })
    return inputRequired({ inputRequests: questions.open(), requestState })
  }

  return round(call)
}

/** What a task asks comes while its result is waited for. See /specification/2025-11-25/basic/utilities/tasks#input-required-status */
function waitsForTask({ method }: Call): boolean {
  return method === 'tasks/result'
}

/** Questions that one call may have open at once. */
const maxOpen = 32

interface Open {
  readonly question: InputRequest
  readonly answer: Deferred<unknown>
}

function createQuestions() {
  const open = new Map<string, Open>()
  let arrived = deferred<void>()
  let count = 0

  return {
    ask(question: InputRequest, signal: AbortSignal): Promise<unknown> {
      if (open.size >= maxOpen) return Promise.reject(new Error('Too many questions of one call'))
      const key = `q${++count}`
      const answer = deferred<unknown>()
      open.set(key, { question, answer })
      const takenBack = () => {
        open.delete(key)
        answer.reject(signal.reason)
      }
      signal.addEventListener('abort', takenBack, { once: true })
      arrived.resolve()
      return answer.promise
    },
    /** Resolves as soon as a question is open. */
    async some(): Promise<void> {
      while (open.size === 0) {
        arrived = deferred()
        await arrived.promise
      }
    },
    none: () => open.size === 0,
    open: () => Object.fromEntries([...open].map(([key, { question }]) => [key, question])),
    /** Hands in answers by their key; what they leave out stays open. */
    answer(responses: unknown): void {
      if (!isObject(responses)) return
      for (const [key, { answer }] of [...open]) {
        if (!Object.hasOwn(responses, key)) continue
        open.delete(key)
        answer.resolve(responses[key])
      }
    },
    close(): void {
      for (const { answer } of open.values()) answer.reject(new CallOverError())
      open.clear()
    },
  }
}
