/** Input that reads from top to bottom, on a protocol without sessions. See /specification/2026-07-28/basic/patterns/mrtr */
import type {
  Call,
  InputRequiredResult,
  Recorded,
  Root,
  SampleRequest,
  SampleResult,
} from '@lutra/core'
import {
  type Answer,
  type ContentOf,
  type FormSchema,
  readForm,
  readRoots,
  readSample,
  readUrl,
  type UrlAnswer,
} from './answers.ts'
import { put } from './question.ts'
import { elicit, elicitUrl, listRoots, sample } from './requests.ts'
import { createRun, decide, type Run, type RunOptions, recall } from './run.ts'
import { takeStep } from './step.ts'

export interface AskOptions {
  /** Fails the call with -32021, which names the capability, where the client cannot be asked. Default: the answer says so. */
  readonly required?: boolean
}

/**
 * Words to ask the caller with. A handler that asks is run again from its top once the answers have come, so that:
 *
 * - every question has a key of its own, under which its answer is found again;
 * - work that must happen once goes into a `step`, whose result is kept;
 * - what is asked at the same time (`Promise.all`) is asked in one round;
 * - other work that is still under way when a question has to go out is not waited for, and done again in the next run;
 * - the run that asked ends by a rejection of its questions (`isSuspended`), so that `finally` blocks run; what it comes
 *   to then is ignored. As with all that can fail, functions that ask at the same time must be awaited together: one that
 *   nobody waits for when another ends the run is an unhandled rejection.
 *
 * A caller can send the same answers twice, and the part of the handler after the question then runs twice.
 */
export interface Asking {
  /** Has a person fill in a form, made from a schema of flat values. Never for secrets: see `askUrl`. */
  ask<S extends FormSchema>(
    key: string,
    message: string,
    schema: S,
    options?: AskOptions,
  ): Promise<Answer<ContentOf<S>>>
  /** Has a person open a page. `accept` is consent only: whether they are done there, the handler finds out elsewhere. */
  askUrl(key: string, message: string, url: string | URL, options?: AskOptions): Promise<UrlAnswer>
  /**
   * Has the client's model write a message; undefined where the client has none.
   * @deprecated Sampling goes with SEP-2577, at the earliest on 2027-07-28: call a model's API from the server.
   */
  sample(
    key: string,
    request: SampleRequest,
    options?: AskOptions,
  ): Promise<SampleResult | undefined>
  /**
   * The folders that the client works in; undefined where it does not tell.
   * @deprecated Roots go with SEP-2577, at the earliest on 2027-07-28: take paths as tool arguments.
   */
  roots(options?: AskOptions): Promise<readonly Root[] | undefined>
  /**
   * Does something once, however often the handler is run: the result, a JSON value, travels along with the answers. It
   * must not ask. A step that fails, or whose result never reached the caller, is done again.
   */
  step<T>(key: string, work: () => T | Promise<T>): Promise<T>
}

/** How asking is bounded. */
export type AskingSettings = Pick<RunOptions, 'ttlMs' | 'maxRounds' | 'maxQuestions' | 'once'>

/** Runs a body that may ask: comes to what it returns, or to the questions that it cannot go on without. */
export function runAsking<T>(
  call: Call,
  options: RunOptions,
  body: (asking: Asking, recorded: () => Promise<Recorded>) => T | Promise<T>,
): Promise<T | InputRequiredResult> {
  const run = createRun(call, options)
  const done = new Promise<T>((resolve) => resolve(body(createAsking(run), () => recall(run))))
  done.then(
    (value) => decide(run, (outcome) => outcome.resolve(value)),
    (error) => decide(run, (outcome) => outcome.reject(error)),
  )
  return run.outcome.promise as Promise<T | InputRequiredResult>
}

function createAsking(run: Run): Asking {
  return {
    ask: (key, message, ...[schema, { required } = {}]) =>
      put(run, key, () => ({
        request: elicit(message, schema),
        read: (raw) => readForm(raw, schema),
        unsupported: { action: 'unsupported' },
        required,
      })),
    askUrl: (key, message, ...[url, { required } = {}]) =>
      put(run, key, () => ({
        request: elicitUrl(message, url),
        read: readUrl,
        unsupported: { action: 'unsupported' },
        required,
      })),
    sample: (key, request, { required } = {}) =>
      put<SampleResult | undefined>(run, key, () => ({
        request: sample(request),
        read: (raw) => readSample(raw, request),
        unsupported: undefined,
        required,
      })),
    roots: ({ required } = {}) =>
      put<readonly Root[] | undefined>(run, 'roots', () => ({
        request: listRoots(),
        read: readRoots,
        unsupported: undefined,
        required,
      })),
    step: (key, work) => takeStep(run, key, work),
  }
}
