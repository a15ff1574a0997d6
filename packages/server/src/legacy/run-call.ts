/**
 * Runs a call to its end for a client that cannot come back with answers by itself: what the handler asks for is asked
 * in the middle of the call, and the handler is called again. See /specification/2025-11-25/client/elicitation
 */
import {
  type Call,
  ErrorCode,
  type Handler,
  type InputRequest,
  type InputRequiredResult,
  isInputRequired,
  isObject,
  missingCapability,
  type Params,
  type Result,
  RpcError,
  StoreError,
  withCall,
} from '@lutra/core'
import {
  isUrlQuestion,
  lowerQuestion,
  type Revision,
  urlElicitationRequired,
} from '@lutra/core/legacy'
import { sleep } from '@lutra/core/wait'

export interface Asker {
  readonly revision: Revision
  /** Puts one question to the client. Absent where nothing can reach the client before its result. */
  readonly ask?:
    | ((question: AskedQuestion, signal: AbortSignal) => Promise<Readonly<Record<string, unknown>>>)
    | undefined
  /** Keeps the call while it waits. Absent where it ends with its process. */
  readonly checkpoint?: Checkpoint | undefined
  /** How often a handler may ask again. */
  readonly maxRounds: number
  /** Milliseconds that a handler may make the call wait for what happens elsewhere. */
  readonly maxWaitMs: number
}

export interface AskedQuestion {
  readonly method: string
  readonly params: Params
  /** The id that it was kept under. */
  readonly id?: string | undefined
}

/** Keeps what a call asks for, so that another process can go on with it. */
export interface Checkpoint {
  /** What the call asked for when it was kept, where it goes on from that. */
  readonly from?: InputRequiredResult | undefined
  /** Keeps a round of questions, before they are asked. */
  park(result: InputRequiredResult, signal: AbortSignal): Promise<void>
  /** The id of a question of this round; undefined where it was not kept. */
  idOf(key: string): string | undefined
  /** Called with all answers there: rejects where the call goes on elsewhere. */
  resume(signal: AbortSignal): Promise<void>
}

/** The complete result of a call, however often the handler asks for input on the way. */
export async function runCall(handler: Handler, call: Call, asker: Asker): Promise<Result> {
  const result = asker.checkpoint?.from ?? (await handler(call))
  return isInputRequired(result) ? answerInputs({ handler, call, asker }, result) : result
}

interface Run {
  readonly handler: Handler
  readonly call: Call
  readonly asker: Asker
}

async function answerInputs(run: Run, first: InputRequiredResult): Promise<Result> {
  const { handler, call, asker } = run
  const { checkpoint } = asker
  const pages = createPages(call)
  const until = Date.now() + asker.maxWaitMs
  let result: Result = first
  let waits = 0
  for (let rounds = 0; isInputRequired(result); ) {
    const questions = Object.entries(result.inputRequests ?? {})
    const waiting = questions.every(([, question]) => pages.accepted(question))
    if (waiting && Date.now() > until) throw tookTooLong(asker.maxWaitMs)
    if (waiting) await sleep(Math.min(250 * 2 ** waits++, 5000), call.signal)
    else if (!asker.ask) throw cannotAsk(Object.values(result.inputRequests ?? {}), asker.revision)
    else if (rounds++ >= asker.maxRounds) throw tooManyRounds(asker.maxRounds)
    else {
      for (const [, question] of questions) {
        if (!pages.accepted(question)) assertDeclared(call, question)
      }
      await checkpoint?.park(result, call.signal)
    }
    const answers = await Promise.all(
      questions.map(async ([key, question]) => [key, await answerOne(run, [key, question], pages)]),
    )
    if (!waiting) await checkpoint?.resume(call.signal)
    result = await handler(withCall(call, { params: retryParams(call.params, result, answers) }))
    pages.settle(result)
  }
  return result
}

async function answerOne(
  run: Run,
  [key, question]: readonly [string, InputRequest],
  pages: Pages,
): Promise<unknown> {
  const { call, asker } = run
  const { ask } = asker
  if (pages.accepted(question) || !ask) return { action: 'accept' }
  const id = asker.checkpoint?.idOf(key)
  const elicitationId = id ?? crypto.randomUUID()
  const lowered = lowerQuestion(question, asker.revision, elicitationId)
  try {
    const answer = await ask({ ...lowered, id }, call.signal)
    if (isUrlQuestion(question) && answer['action'] === 'accept') {
      pages.accept(question, elicitationId)
    }
    return answer
  } catch (reason) {
    // A store that is away is no word of the client's.
    if (call.signal.aborted || reason instanceof StoreError) throw reason
    // Who cannot be asked has not agreed; only a form has a word for that. A task can wait until somebody is.
    const isForm = question.method === 'elicitation/create'
    if (isForm && call.method !== 'tasks/result') return { action: 'cancel' }
    const told = reason instanceof Error ? reason.message : String(reason)
    throw new RpcError(`The client did not answer ${question.method}: ${told.slice(0, 500)}`, {
      code: ErrorCode.internal,
      cause: reason,
    })
  }
}

/** The params of the call, with the answers of this round and the state of the last result. */
function retryParams(
  params: Params,
  { requestState }: InputRequiredResult,
  answers: readonly (readonly unknown[])[],
): Params {
  const { inputResponses: _, requestState: __, ...own } = params
  const retry: Record<string, unknown> = { ...own, inputResponses: Object.fromEntries(answers) }
  if (requestState !== undefined) retry['requestState'] = requestState
  return retry
}

/**
 * Pages that the person agreed to visit. A handler that asks for one again is waiting for the visit to be over: it must
 * not become a second question, and its end is told to the client.
 */
interface Pages {
  accepted(question: InputRequest): boolean
  accept(question: InputRequest, elicitationId: string): void
  /** Tells the client about the pages that a handler has waited for and no longer asks for. */
  settle(result: Result): void
}

function createPages(call: Call): Pages {
  const open = new Map<unknown, { readonly params: Params; waited: boolean }>()
  const urlOf = (question: InputRequest) =>
    isUrlQuestion(question) ? question.params?.['url'] : undefined
  return {
    accepted: (question) => open.has(urlOf(question)),
    accept: (question, elicitationId) => {
      // The visit is told of as what the question belongs to.
      const _meta = question.params?.['_meta']
      const params = _meta === undefined ? { elicitationId } : { elicitationId, _meta }
      open.set(urlOf(question), { params, waited: false })
    },
    settle(result) {
      const asked = isInputRequired(result) ? Object.values(result.inputRequests ?? {}) : []
      const urls = new Set(asked.map(urlOf))
      for (const [url, page] of open) {
        if (urls.has(url)) {
          page.waited = true
          continue
        }
        open.delete(url)
        if (!page.waited) continue
        call.notify({ method: 'notifications/elicitation/complete', params: page.params })
      }
    },
  }
}

function assertDeclared({ meta: { clientCapabilities } }: Call, question: InputRequest): void {
  const { elicitation, sampling, roots } = clientCapabilities
  if (question.method === 'roots/list') {
    if (!roots) throw missingCapability({ roots: {} })
  } else if (question.method === 'sampling/createMessage') {
    if (!sampling) throw missingCapability({ sampling: {} })
  } else {
    const mode = isUrlQuestion(question) ? 'url' : 'form'
    if (!isObject(elicitation?.[mode])) throw missingCapability({ elicitation: { [mode]: {} } })
  }
}

/** Pages can be visited before the client tries again; for the rest it has to be there. */
function cannotAsk(questions: readonly InputRequest[], revision: Revision): RpcError {
  if (revision.elicitation.includes('url') && questions.every(isUrlQuestion)) {
    return urlElicitationRequired(
      questions.map(({ params }) => ({
        mode: 'url',
        elicitationId: crypto.randomUUID(),
        url: String(params?.['url']),
        message: String(params?.['message']),
      })),
    )
  }
  const methods = questions.map(({ method }) => method).join(', ')
  return new RpcError(
    `This call has to ask the client (${methods}), which takes a session and an Accept header with text/event-stream`,
    { code: ErrorCode.invalidRequest },
  )
}

function tooManyRounds(max: number): RpcError {
  return new RpcError(`The call asked for input more than ${max} times`, {
    code: ErrorCode.internal,
  })
}

function tookTooLong(ms: number): RpcError {
  const seconds = Math.ceil(ms / 1000)
  return new RpcError(`The call was not ready after ${seconds} seconds: try again later`, {
    code: ErrorCode.internal,
  })
}
