/** One question of a server, answered by whoever was given to do so. See /specification/2026-07-28/client/elicitation */

import {
  type ClientCapabilities,
  type ElicitResult,
  type Implementation,
  isObject,
  type Params,
} from '@lutra/core'
import { isLoopback } from '../http/loopback.ts'
import { InvalidResponseError } from '../words/error.ts'
import type { Answers, QuestionContext } from './answers.ts'
import type { FillForm } from './fill-form.ts'
import type { RunSample } from './run-sample.ts'

export interface AnswerOptions {
  readonly answer: Answers
  /** Has forms filled in and checks what comes of it. */
  readonly forms?: FillForm | undefined
  /** Has messages written and checks them. */
  readonly samples?: RunSample | undefined
  /** What was declared: a question that it does not cover is refused. */
  readonly capabilities: ClientCapabilities
  readonly server?: Implementation | undefined
  readonly onWarning: (message: string) => void
}

/** The answer to one question: a bare result. Throws where there is none. */
export async function answerQuestion(
  request: unknown,
  context: QuestionContext,
  options: AnswerOptions,
): Promise<unknown> {
  const { method, params = {} } = isObject(request) ? request : {}
  if (!isObject(params)) throw new InvalidResponseError('A question needs "params" to be an object')
  const about = options.server ? { ...context, server: options.server } : context
  switch (method) {
    case 'elicitation/create':
      return params['mode'] === 'url'
        ? elicitUrl(params, about, options)
        : elicitForm(params, about, options)
    case 'sampling/createMessage':
      return sample(params, about, options)
    case 'roots/list':
      return roots(about, options)
    default:
      throw new InvalidResponseError(`The server asked for ${shown(method)}, which is no question`)
  }
}

async function elicitForm(
  params: Params,
  about: QuestionContext,
  { answer, forms }: AnswerOptions,
): Promise<ElicitResult> {
  const { mode = 'form' } = params
  if (!answer.elicit || !forms || mode !== 'form')
    throw undeclared(`elicitation in mode ${shown(mode)}`)
  return forms(params, about, answer.elicit)
}

async function elicitUrl(
  params: Params,
  about: QuestionContext,
  { answer, onWarning }: AnswerOptions,
): Promise<ElicitResult> {
  const { message = '', url } = params
  if (!answer.elicitUrl) throw undeclared('elicitation in mode "url"')
  const safe = typeof url === 'string' ? safeUrl(url) : undefined
  if (!safe) {
    onWarning(`Declined to open ${shown(url)}: it is no https page`)
    return { action: 'decline' }
  }
  const { action } = await answer.elicitUrl({ message: String(message), url: safe }, about)
  return { action }
}

async function sample(
  params: Params,
  about: QuestionContext,
  { answer, capabilities, samples }: AnswerOptions,
): Promise<unknown> {
  if (!answer.sample || !samples) throw undeclared('sampling')
  const withTools = params['tools'] !== undefined || params['toolChoice'] !== undefined
  if (withTools && !capabilities.sampling?.tools) throw undeclared('sampling with tools')
  return samples(params, about, answer.sample)
}

async function roots(about: QuestionContext, { answer }: AnswerOptions): Promise<unknown> {
  if (!answer.roots) throw undeclared('roots')
  const given = typeof answer.roots === 'function' ? await answer.roots(about) : answer.roots
  for (const { uri } of given) {
    if (!uri.startsWith('file://') || !URL.canParse(uri) || upwards.test(uri)) {
      throw new TypeError(`A root must be a file:// URI that does not lead upwards, not ${uri}`)
    }
  }
  return { roots: given }
}

// Also where the dots or the slashes are escaped.
const upwards = /(?:\/|\\|%2f|%5c)(?:\.|%2e){2}(?:$|[/\\?#]|%2f|%5c)/i

/** An address that a person may be sent to: https, or http on this machine, and without credentials in it. */
function safeUrl(text: string): URL | undefined {
  const url = text.length <= 8192 && URL.canParse(text) ? new URL(text) : undefined
  if (!url || url.username || url.password) return undefined
  const local = url.protocol === 'http:' && isLoopback(url.hostname)
  return url.protocol === 'https:' || local ? url : undefined
}

function undeclared(what: string): InvalidResponseError {
  return new InvalidResponseError(`The server asked for ${what}, which this client did not declare`)
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 200) ?? 'nothing'
}
