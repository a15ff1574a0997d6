import { type InputRequest, missingCapability } from '@lutra/core'
import type { Read } from './answers.ts'
import { lackingFor } from './capability.ts'
import { badAnswer } from './responses.ts'
import { decide, during, leaveOpen, type Run, recall, watch } from './run.ts'
import { Suspended } from './suspended.ts'

/** A question, and what its answer may be. */
export interface Question<A> {
  readonly request: InputRequest
  readonly read: (raw: unknown) => Read<A> | Promise<Read<A>>
  /** The answer of a client that cannot be asked. */
  readonly unsupported: A
  readonly required: boolean | undefined
}

/** Puts a question: resolves where its answer is known, and otherwise ends with its run. */
export function put<A>(run: Run, key: string, make: () => Question<A>): Promise<A> {
  return watch(run, new Promise<A>((resolve) => resolve(putOnce(run, key, make()))))
}

function putOnce<A>(run: Run, key: string, question: Question<A>): Promise<A> {
  if (run.decided) throw new Suspended()
  if (run.starting) throw new TypeError(`Cannot ask "${key}" inside a step: ask first, then step`)
  checkKey(key)
  const text = JSON.stringify(question.request)
  const earlier = run.asked.get(key)
  if (!earlier) {
    const answer = watch(run, answerTo(run, key, question))
    run.asked.set(key, { text, answer, times: 1 })
    return answer
  }
  if (earlier.text !== text) {
    throw new TypeError(
      `"${key}" is asked twice, with different questions: each needs a key of its own`,
    )
  }
  // A loop that asks until it likes the answer would get the same one for ever.
  if (++earlier.times > maxTimes) {
    throw new TypeError(
      `"${key}" was asked ${maxTimes} times: its answer does not change. Ask again under another key`,
    )
  }
  return earlier.answer as Promise<A>
}

const maxTimes = 100

/** Refuses what cannot be a key. */
export function checkKey(key: unknown): void {
  if (typeof key === 'string' && key !== '' && key.length <= 200) return
  throw new TypeError('Expected a key of 1 to 200 characters')
}

async function answerTo<A>(run: Run, key: string, question: Question<A>): Promise<A> {
  const known = await during(run, () => lookUp(run, key, question))
  return known ? known.answer : leaveOpen(run, key, question.request)
}

async function lookUp<A>(
  run: Run,
  key: string,
  { request, read, unsupported, required }: Question<A>,
): Promise<{ readonly answer: A } | undefined> {
  const { answers, responses } = await recall(run)
  if (answers.has(key)) {
    const kept = await read(answers.get(key))
    if ('answer' in kept) return kept
    // It fitted when it was given: the question is another one now.
    answers.delete(key)
  }
  const lacking = lackingFor(request, run.call.meta.clientCapabilities)
  if (lacking && required) throw missingCapability(lacking)
  if (lacking) return { answer: unsupported }
  if (!responses.has(key)) return undefined
  const given = await read(responses.get(key))
  if ('problem' in given) {
    decide(run, (outcome) => outcome.reject(badAnswer(key, given.problem)))
    throw new Suspended()
  }
  answers.set(key, responses.get(key))
  return given
}
