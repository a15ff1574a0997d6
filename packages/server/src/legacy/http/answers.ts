/** Questions to the clients of sessions, whose answers may come to any instance. */
import {
  type Bus,
  type ErrorMessage,
  type Params,
  parseMessage,
  type ResultMessage,
} from '@lutra/core'
import type { Gauge } from '../../http/gauge.ts'
import type { AskOptions } from '../questions.ts'
import { busy } from './busy.ts'
import type { HttpSession } from './http-session.ts'

export interface Answers {
  ask(
    session: HttpSession,
    question: { readonly method: string; readonly params: Params },
    options: AskOptions,
  ): Promise<Readonly<Record<string, unknown>>>
  /** Hands an answer to who asked, wherever that is. One that nobody waits for is dropped. */
  give(session: HttpSession, message: ResultMessage | ErrorMessage): void
}

export interface AnswersOptions {
  readonly bus: Bus
  /** The questions that wait. */
  readonly parked: Gauge
  readonly onError: (error: unknown) => void
}

export function createAnswers({ bus, parked, onError }: AnswersOptions): Answers {
  return {
    async ask(session, question, options) {
      if (!parked.enter()) throw busy('asks too many questions at once')
      const stop = bus.subscribe(topicOf(session), (told) => {
        const message = parseMessage(told)
        if (!('method' in message)) session.questions.settle(message)
      })
      try {
        return await session.questions.ask(question, options)
      } finally {
        stop()
        parked.leave()
      }
    },
    give(session, message) {
      // The topic is the session's own: an answer never reaches a question of another one.
      if (!session.questions.settle(message)) bus.publish(topicOf(session), message).catch(onError)
    },
  }
}

function topicOf({ sid }: HttpSession): string {
  return `lutra/legacy/answer/${sid}`
}
