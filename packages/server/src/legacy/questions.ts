/** Requests of the server to a legacy client, until they are answered. */
import {
  ErrorCode,
  type ErrorMessage,
  type Message,
  notification,
  type Params,
  type ResultMessage,
  RpcError,
  request,
} from '@lutra/core'
import { startTimer } from '@lutra/core/wait'

export interface QuestionLimits {
  /** Milliseconds that a client, and the person before it, may take for an answer. */
  readonly timeoutMs: number
  /** Questions of one session that wait at the same time. */
  readonly max: number
}

export interface AskOptions {
  /** Takes the request on its way, and what cancels it. */
  readonly send: (message: Message) => void
  readonly signal: AbortSignal
  /** The id of the request. Default: a random one. */
  readonly id?: string | undefined
}

/** The open questions of one session. */
export interface Questions {
  /** Resolves with the client's result; rejects with its error, when time is up or when `signal` aborts. */
  ask(
    question: { readonly method: string; readonly params: Params },
    options: AskOptions,
  ): Promise<Readonly<Record<string, unknown>>>
  /** Hands over what a client answered; false where this session never asked that here. */
  settle(answer: ResultMessage | ErrorMessage): boolean
  /** Ends every wait. */
  close(reason: unknown): void
  size(): number
}

export function createQuestions({ timeoutMs, max }: QuestionLimits): Questions {
  const open = new Map<string, Waiting>()
  return {
    ask({ method, params }, { send, signal, id = crypto.randomUUID() }) {
      if (open.size >= max) return Promise.reject(tooMany(max))
      if (signal.aborted) return Promise.reject(signal.reason)
      return new Promise((resolve, reject) => {
        const withdraw = (reason: unknown) => {
          waiting.reject(reason)
          send(notification({ method: 'notifications/cancelled', params: { requestId: id } }))
        }
        const stopClock = startTimer(timeoutMs, () => withdraw(timedOut(method, timeoutMs)))
        const abort = () => withdraw(signal.reason)
        signal.addEventListener('abort', abort)
        const ended = () => {
          stopClock()
          signal.removeEventListener('abort', abort)
          open.delete(id)
        }
        const waiting: Waiting = {
          resolve(result) {
            ended()
            resolve(result)
          },
          reject(reason) {
            ended()
            reject(reason)
          },
        }
        open.set(id, waiting)
        send(request(id, method, params))
      })
    },
    settle(answer) {
      const waiting = typeof answer.id === 'string' ? open.get(answer.id) : undefined
      if (!waiting) return false
      if ('result' in answer) waiting.resolve(answer.result)
      else waiting.reject(clientError(answer))
      return true
    },
    close(reason) {
      for (const waiting of [...open.values()]) waiting.reject(reason)
    },
    size: () => open.size,
  }
}

interface Waiting {
  readonly resolve: (result: Readonly<Record<string, unknown>>) => void
  readonly reject: (reason: unknown) => void
}

function clientError({ error: { code, message, data } }: ErrorMessage): RpcError {
  return new RpcError(message, { code, data })
}

function timedOut(method: string, ms: number): RpcError {
  const seconds = Math.ceil(ms / 1000)
  return new RpcError(`The client did not answer ${method} within ${seconds} seconds`, {
    code: ErrorCode.internal,
  })
}

function tooMany(max: number): RpcError {
  return new RpcError(`This session has ${max} unanswered questions: answer some of them first`, {
    code: ErrorCode.internal,
  })
}
