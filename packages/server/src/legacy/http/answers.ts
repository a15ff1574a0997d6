/** Questions to the clients of sessions, whose answers may come to any instance. */
import {
  type Bus,
  type ErrorMessage,
  isObject,
  type Params,
  parseMessage,
  type ResultMessage,
  type Store,
} from '@lutra/core'
import type { Gauge } from '../../http/gauge.ts'
import type { AskOptions } from '../questions.ts'
import { busy } from './busy.ts'
import type { HttpSession } from './http-session.ts'
import { soon } from './soon.ts'

export interface Answers {
  ask(
    session: HttpSession,
    question: { readonly method: string; readonly params: Params },
    options: AskOptions,
  ): Promise<Readonly<Record<string, unknown>>>
  /** Hands an answer to who asked, wherever that is. One that nobody waits for is dropped. */
  give(session: HttpSession, message: Answer): void
}

type Answer = ResultMessage | ErrorMessage

export interface AnswersOptions {
  readonly store: Store
  readonly bus: Bus
  /** The questions that wait. */
  readonly parked: Gauge
  /** Milliseconds that a question may wait. */
  readonly timeoutMs: number
  readonly onError: (error: unknown) => void
}

/**
 * An answer that comes to another instance is written over the mark of its question, and told of over the bus: where that
 * loses it, it is found. Without a mark nothing is written, so that nobody can fill the store with answers to nothing.
 */
export function createAnswers(options: AnswersOptions): Answers {
  const { store, bus, parked, timeoutMs, onError } = options
  const ttlMs = timeoutMs * 2

  async function pass(session: HttpSession, message: Answer): Promise<void> {
    if (typeof message.id !== 'string' || !idForm.test(message.id)) return
    const key = keyOf(session, message.id)
    const mark = await store.get(key)
    // Answered before, or never asked.
    if (!isObject(mark?.value) || 'answer' in mark.value) return
    const { version: ifVersion } = mark
    if ((await store.set(key, { answer: message }, { ttlMs, ifVersion })) === undefined) return
    await bus.publish(topicOf(session), message)
  }

  async function find(session: HttpSession, id: string): Promise<void> {
    const found = (await store.get(keyOf(session, id)))?.value
    if (isObject(found) && found['answer'] !== undefined) settle(session, found['answer'])
  }

  return {
    async ask(session, question, { send, signal }) {
      if (!parked.enter()) throw busy('asks too many questions at once')
      // Random, so that no two instances of a server ever give the same id within one session.
      const id = crypto.randomUUID()
      const hear = (told: unknown) => settle(session, told)
      const stop = bus.subscribe(topicOf(session), hear, () => find(session, id).catch(onError))
      try {
        await store.set(keyOf(session, id), {}, { ttlMs })
        if (stop.ready) await soon(stop.ready)
        return await session.questions.ask(question, { send, signal, id })
      } finally {
        stop()
        parked.leave()
        store.delete(keyOf(session, id)).catch(onError)
      }
    },
    give(session, message) {
      // The topic is the session's own: an answer never reaches a question of another one.
      if (!session.questions.settle(message)) pass(session, message).catch(onError)
    },
  }
}

function settle({ questions }: HttpSession, told: unknown): void {
  const message = parseMessage(told)
  if (!('method' in message)) questions.settle(message)
}

const idForm = /^[0-9a-f-]{36}$/

function topicOf({ sid }: HttpSession): string {
  return `lutra/legacy/answer/${sid}`
}

function keyOf({ sid }: HttpSession, id: string): string {
  return `lutra/legacy/question/${sid}/${id}`
}
