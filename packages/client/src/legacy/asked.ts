import {
  ErrorCode,
  failure,
  type Id,
  type InputRequest,
  invalidParams,
  isObject,
  methodNotFound,
  type Params,
  type RequestMessage,
  RpcError,
  success,
} from '@lutra/core'
import { CallOverError, type Exchange } from './exchange.ts'
import type { AnswerQuestion } from './options.ts'
import { readQuestion } from './question.ts'
import type { LegacyWire, Origin } from './wire.ts'

/** Requests of the server that may wait for an answer at once. */
const maxAsked = 256

export interface AskedOptions {
  readonly wire: LegacyWire
  /** The calls that run, by the id of their request, the oldest first. */
  readonly running: ReadonlyMap<Id, Exchange>
  readonly answer: AnswerQuestion | undefined
  readonly onWarning: (message: string) => void
}

/** Answers what a legacy server asks of its client. */
export interface Asked {
  receive(message: RequestMessage, origin: Origin): void
  /** The server has taken a request back. */
  cancel(id: unknown): void
  close(reason: Error): void
}

export function createAsked({ wire, running, answer, onWarning }: AskedOptions): Asked {
  const waiting = new Map<Id, AbortController>()

  async function find(message: RequestMessage, origin: Origin, signal: AbortSignal) {
    if (message.method === 'ping') return {}
    const question = readQuestion(message.method, message.params)
    if (!question) throw methodNotFound(message.method)
    const taskId = taskOf(message)
    const exchange = whoIsAsked({ running, origin, question, answer, taskId })
    const found = exchange
      ? await exchange.ask(question, signal).catch((reason: unknown) => {
          if (origin !== 'pipe') throw reason
          return askNext({ running, question, signal, asked: exchange }, reason)
        })
      : await askOutside(question, answer, signal)
    if (isObject(found)) return taskId === undefined ? found : withTask(found, taskId)
    throw new RpcError('The answer was not an object', { code: ErrorCode.internal })
  }

  async function receive(message: RequestMessage, origin: Origin): Promise<void> {
    const { id } = message
    // Sent again on a stream that was taken up: it is being answered.
    if (waiting.has(id)) return
    if (waiting.size >= maxAsked) {
      const error = new RpcError('Too many requests', { code: ErrorCode.invalidRequest })
      return wire.send(failure(id, error))
    }
    const cancel = new AbortController()
    waiting.set(id, cancel)
    try {
      const response = await find(message, origin, cancel.signal).then(
        (found) => success(id, found),
        (reason: unknown) => failure(id, readable(reason)),
      )
      // An answer that is hard to deliver is still the answer: no error is sent in its place.
      if (!cancel.signal.aborted) await wire.send(response)
    } finally {
      waiting.delete(id)
    }
  }

  return {
    receive(message, origin) {
      receive(message, origin).catch((reason: unknown) =>
        onWarning(`The answer to ${message.method} was not delivered: ${String(reason)}`),
      )
    },
    cancel(id) {
      waiting.get(id as Id)?.abort(new Error('The server has taken its request back'))
    },
    close(reason) {
      for (const cancel of waiting.values()) cancel.abort(reason)
    },
  }
}

interface Question {
  readonly running: ReadonlyMap<Id, Exchange>
  readonly origin: Origin
  readonly question: InputRequest
  readonly answer: AnswerQuestion | undefined
  /** The task that asks, where it is one. */
  readonly taskId: string | undefined
}

function whoIsAsked(asked: Question): Exchange | undefined {
  const { running, origin, question, answer, taskId } = asked
  if (taskId !== undefined) {
    const waiting = [...running.values()].find((exchange) => exchange.taskId === taskId)
    if (waiting?.takes(question)) return waiting
    // It is about no other call.
    if (typeof origin !== 'object') return undefined
  }
  if (typeof origin === 'object') {
    const exchange = running.get(origin.request)
    return exchange?.takes(question) ? exchange : undefined
  }
  const able = [...running.values()].filter((exchange) => exchange.takes(question))
  // A pipe does not say which call a question belongs to: the oldest that is not asked yet gets it.
  if (origin === 'pipe') return able.find((exchange) => exchange.call) ?? able[0]
  // The standing stream is for what belongs to no call. Servers use it for calls too, but with several
  // running there is no telling whose question it is.
  return !answer && able.length === 1 ? able[0] : undefined
}

/** The task that a message is about. See /specification/2025-11-25/basic/utilities/tasks#related-task-metadata */
function taskOf({ params = {} }: RequestMessage): string | undefined {
  const { _meta } = params
  const related = isObject(_meta) ? _meta[relatedTask] : undefined
  const { taskId } = isObject(related) ? related : {}
  return typeof taskId === 'string' ? taskId : undefined
}

function withTask(found: Params, taskId: string): Params {
  const { _meta } = found
  return { ...found, _meta: { ...(isObject(_meta) && _meta), [relatedTask]: { taskId } } }
}

const relatedTask = 'io.modelcontextprotocol/related-task'

interface Next {
  readonly running: ReadonlyMap<Id, Exchange>
  readonly question: InputRequest
  readonly signal: AbortSignal
  readonly asked: Exchange
}

// The call that was asked is over, and the server still waits: then the question was that of another call.
function askNext({ running, question, signal, asked }: Next, reason: unknown): Promise<unknown> {
  const others = [...running.values()].filter((one) => one !== asked && one.takes(question))
  const next = others.find((exchange) => exchange.call) ?? others[0]
  if (!(reason instanceof CallOverError) || signal.aborted || !next) throw reason
  return next
    .ask(question, signal)
    .catch((again: unknown) => askNext({ running, question, signal, asked: next }, again))
}

function askOutside(
  question: InputRequest,
  answer: AnswerQuestion | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  if (answer) return answer(question, signal)
  if (question.method === 'roots/list') throw methodNotFound(question.method)
  throw invalidParams(`There is nobody to answer ${question.method}`)
}

function readable(reason: unknown): RpcError {
  if (reason instanceof RpcError) return reason
  return new RpcError('The question was not answered', { code: ErrorCode.internal })
}
