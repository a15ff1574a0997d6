/** Answers read by hand, for handlers that return `inputRequired()` themselves. See /specification/2026-07-28/basic/patterns/mrtr#inputresponses */
import {
  type Call,
  invalidParams,
  isObject,
  type Root,
  type SampleRequest,
  type SampleResult,
} from '@lutra/core'
import {
  type Answer,
  type ContentOf,
  type FormSchema,
  type Read,
  readForm,
  readRoots,
  readSample,
  readUrl,
  type UrlAnswer,
} from './answers.ts'

/** The answers that a call brings, by key. Each is undefined where there is none, and an `RpcError` -32602 where it is malformed. */
export interface Responses {
  has(key: string): boolean
  form<S extends FormSchema>(key: string, schema: S): Promise<Answer<ContentOf<S>> | undefined>
  url(key: string): UrlAnswer | undefined
  /** @deprecated Sampling goes with SEP-2577. */
  sample(key: string, request?: SampleRequest): SampleResult | undefined
  /** @deprecated Roots go with SEP-2577. */
  roots(key: string): readonly Root[] | undefined
}

/** The answers that a call brings to questions of an earlier `inputRequired()`. */
export function readResponses(call: Call): Responses {
  const raw = rawResponses(call)
  function read<A>(key: string, reader: (value: unknown) => Read<A>): A | undefined {
    return raw.has(key) ? accept(key, reader(raw.get(key))) : undefined
  }
  return {
    has: (key) => raw.has(key),
    async form(key, schema) {
      return raw.has(key) ? accept(key, await readForm(raw.get(key), schema)) : undefined
    },
    url: (key) => read(key, readUrl),
    sample: (key, request) => read(key, (value) => readSample(value, request)),
    roots: (key) => read(key, readRoots),
  }
}

/** The answers as they came; throws `RpcError` -32602 where they are no object. */
export function rawResponses(call: Call): ReadonlyMap<string, unknown> {
  const responses = call.params['inputResponses']
  if (responses === undefined) return new Map()
  if (isObject(responses)) return new Map(Object.entries(responses))
  throw invalidParams('Invalid params: expected inputResponses to be an object')
}

/** The refusal of one answer, which names it and says why. */
export function badAnswer(key: string, problem: string) {
  return invalidParams(`Invalid inputResponses[${JSON.stringify(key)}]: ${problem}`)
}

function accept<A>(key: string, read: Read<A>): A {
  if ('answer' in read) return read.answer
  throw badAnswer(key, read.problem)
}
