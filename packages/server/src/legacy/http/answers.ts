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
import { retryStore } from '@lutra/core/wait'
import type { Gauge } from '../../http/gauge.ts'
import type { AskOptions } from '../questions.ts'
import { busy } from './busy.ts'
import type { HttpSession } from './http-session.ts'
import { soon } from './soon.ts'

export interface Answers {
  /** Asks, or waits on for what another instance has asked under the same id. Whoever gives an id forgets the question. */
  ask(
    session: HttpSession,
    question: { readonly method: string; readonly params: Params },
    options: AskOptions,
  ): Promise<Readonly<Record<string, unknown>>>
  /** Keeps an answer and hands it to who asked, wherever that is. One that nobody waits for is dropped. */
  give(session: HttpSession, message: Answer): Promise<void>
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
 * An answer is written over the mark of its question before its client hears that it was taken, and told of over the bus: where
 * that loses it, it is found. Without a mark nothing is written, so that nobody can fill the store with answers to nothing.
 */
export function createAnswers(options: AnswersOptions): Answers {
  const { store, bus, parked, timeoutMs, onError } = options
  const ttlMs = timeoutMs * 2

  /** Keeps the first answer to a question; resolves with the one that counts. */
  async function keep(key: string, message: Answer): Promise<unknown> {
    const mark = await store.get(key)
    if (!isObject(mark?.value)) return undefined
    // Told again: who gives it again may have failed to tell of it before.
    if ('answer' in mark.value) return mark.value['answer']
    const { version: ifVersion } = mark
    const version = await store.set(key, { answer: message }, { ttlMs, ifVersion })
    return version === undefined ? keep(key, message) : message
  }

  /** Looks for an answer that nobody may have told of. */
  async function find(session: HttpSession, id: string, signal: AbortSignal): Promise<void> {
    const found = await retryStore(() => store.get(questionKey(session.sid, id)), { signal })
    if (isObject(found?.value) && found.value['answer'] !== undefined) {
      settle(session, found.value['answer'])
    }
  }

  return {
    async ask(session, question, { send, signal, id: given }) {
      if (!parked.enter()) throw busy('asks too many questions at once')
      const id = given ?? crypto.randomUUID()
      const key = questionKey(session.sid, id)
      const mark = () => store.set(key, {}, { ttlMs, ifVersion: null })
      const over = new AbortController()
      const look = () =>
        void find(session, id, over.signal).catch((error: unknown) => {
          if (!over.signal.aborted) onError(error)
        })
      const stop = bus.subscribe(topicOf(session), (told) => settle(session, told), look)
      try {
        // What is under an id may have answers already that must not be lost.
        const fresh = await (given === undefined ? mark() : retryStore(mark, { signal }))
        if (stop.ready) await soon(stop.ready)
        const answered = session.questions.ask(question, { send, signal, id })
        // It was asked before.
        if (fresh === undefined) look()
        return await answered
      } finally {
        stop()
        over.abort()
        parked.leave()
        if (given === undefined) store.delete(key).catch(onError)
      }
    },
    async give(session, message) {
      if (typeof message.id !== 'string' || !idForm.test(message.id)) return
      const kept = await keep(questionKey(session.sid, message.id), message)
      // The topic is the session's own: an answer never reaches a question of another one.
      if (!settle(session, kept ?? message) && kept !== undefined) {
        await bus.publish(topicOf(session), kept)
      }
    },
  }
}

function settle({ questions }: HttpSession, told: unknown): boolean {
  const message = readAnswer(told)
  return message !== undefined && questions.settle(message)
}

/** What came over a bus, which others write to; undefined for what is no answer. */
function readAnswer(told: unknown): Answer | undefined {
  try {
    const message = parseMessage(told)
    return 'method' in message ? undefined : message
  } catch {
    return undefined
  }
}

const idForm = /^[0-9a-f-]{36}$/

function topicOf({ sid }: HttpSession): string {
  return `lutra/legacy/answer/${sid}`
}

/** Names a question, and what was answered to it, in the store. */
export function questionKey(sid: string, id: string): string {
  return `lutra/legacy/question/${sid}/${id}`
}
