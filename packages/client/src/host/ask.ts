import type { ElicitResult } from '@lutra/core'
import type { Answers, FormQuestion, QuestionContext, UrlQuestion } from '../middleware/answers.ts'
import type { MaybePromise } from '../options.ts'

/** A question to a person, with the name that the asking server has in the host. */
export type HostQuestion<K = string> =
  | ({ readonly kind: 'form'; readonly server: K } & FormQuestion)
  | ({ readonly kind: 'url'; readonly server: K } & UrlQuestion)

export interface AskOptions<K = string> {
  /** Puts a server's question to a person. Say which server asks. */
  readonly onAsk?: (question: HostQuestion<K>, about: QuestionContext) => MaybePromise<ElicitResult>
  /** Answers for one server; what it has goes before `onAsk`. */
  readonly answer?: (server: K) => Answers
}

/** How the questions of one server are answered. */
export function answersOf(server: string, { onAsk, answer }: AskOptions): Answers {
  const own = answer?.(server) ?? {}
  if (!onAsk) return own
  return {
    elicit: (question, about) => onAsk({ ...question, kind: 'form', server }, about),
    elicitUrl: (question, about) => onAsk({ ...question, kind: 'url', server }, about),
    ...own,
  }
}
