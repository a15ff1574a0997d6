/** Runs the requests of a POST. */
import { isRequest, type Message, type RequestMessage, toRpcError } from '@lutra/core'
import { isScopeError } from '@lutra/core/access'
import { lowerError } from '@lutra/core/legacy'
import { encodeFailure } from '../../encode-reply.ts'
import type { HttpReply, HttpRequest, PlainReply } from '../../http/exchange.ts'
import { refuseScopes } from '../../http/refuse-scopes.ts'
import { answerCall } from '../answer-call.ts'
import { type Cancellation, createCancellation } from '../cancellation.ts'
import { isWait } from '../running.ts'
import { busy } from './busy.ts'
import { encodeLowered } from './encode-lowered.ts'
import { createHttpMemory } from './http-memory.ts'
import { type CallKeeper, OvertakenError } from './kept-calls.ts'
import { createOutlet, type Outlet, textOf } from './outlet.ts'
import type { Parts } from './parts.ts'
import type { Party } from './party.ts'

/** One exchange, with who sends it. */
export interface Incoming {
  readonly request: HttpRequest
  readonly party: Party
}

/** The reply to one request. It runs to its end whether or not the client waits for that. */
export function respond(
  parts: Parts,
  { request, party }: Incoming,
  message: RequestMessage,
): Promise<HttpReply> {
  const outlet = createOutlet(parts, request, party.session)
  const { name, streams } = outlet
  const keeper = name && streams ? parts.kept.begin(name, message) : undefined
  void run(parts, { request, party, outlet, keeper }, message)
  return outlet.reply
}

/** Goes on with a call that another instance has begun. Its client follows the stream that it had before. */
export function goOn(parts: Parts, incoming: KeptRun, message: RequestMessage): void {
  void run(parts, incoming, message)
}

/** A call that can go on elsewhere, and where what it says goes. */
export interface KeptRun extends Incoming {
  readonly outlet: Outlet
  readonly keeper?: CallKeeper | undefined
}

async function run(parts: Parts, running: KeptRun, message: RequestMessage): Promise<void> {
  const { outlet, keeper } = running
  const response = await answer(parts, running, message)
  if (response === overtaken) outlet.leave()
  else if (typeof response === 'object') await outlet.refuse(response)
  else await outlet.end(response === undefined ? [] : [response])
  // Kept until its end is, so that somebody has it whatever happens.
  keeper?.end()
}

const overtaken = Symbol('overtaken')

/** A message of a batch, or the response to what is none. */
export type BatchEntry =
  | { readonly message: Message; readonly refused?: undefined }
  | { readonly message?: undefined; readonly refused: string }

/** The reply to a batch with requests: their responses together, or one by one where something had to be sent before. */
export function respondToBatch(
  parts: Parts,
  incoming: Incoming,
  batch: readonly BatchEntry[],
): Promise<HttpReply> {
  const outlet = createOutlet(parts, incoming.request, incoming.party.session)
  const answers = batch.map(async ({ message, refused }) => {
    if (!message) return refused
    if (!isRequest(message)) return undefined
    const response = await answer(parts, { ...incoming, outlet }, message)
    // One status for all of them: what one lacks is said within its own response.
    if (typeof response === 'object') return textOf(response)
    return response === overtaken ? undefined : response
  })
  void Promise.all(answers).then((responses) => {
    const given = responses.filter((response) => response !== undefined)
    void outlet.end(given, true)
  })
  return outlet.reply
}

/** Ends a call without a session when its client leaves: nobody could come back for the answer, nor cancel it. */
function untilGone(request: HttpRequest): Cancellation {
  const cancellation = createCancellation()
  request.onGone(() => cancellation.cancel(new Error('The client is gone')))
  return cancellation
}

/** The response as JSON, or with a status of its own; undefined where the client has cancelled. Never rejects. */
async function answer(
  parts: Parts,
  { request, party, outlet, keeper }: KeptRun,
  message: RequestMessage,
): Promise<string | PlainReply | typeof overtaken | undefined> {
  const { handler, limits, answers, onError } = parts
  const { session, revision, meta } = party
  const { id, method } = message
  const calls = isWait(method) ? parts.waits : parts.calls
  if (!calls.enter()) return encodeFailure(id, busy('runs too many calls at once'))
  let cancellation: Cancellation | undefined
  try {
    cancellation = session ? session.running.start(id, method) : untilGone(request)
    const result = await answerCall(handler, message, {
      revision,
      meta,
      limits,
      cancellation,
      auth: request.auth,
      header: request.header,
      memory: () => createHttpMemory(parts, party, request),
      notify: outlet.send,
      ask:
        session && outlet.streams
          ? ({ id: under, ...question }, asking) =>
              answers.ask(session, question, { send: outlet.send, signal: asking, id: under })
          : undefined,
      checkpoint: keeper,
    })
    return cancellation.isCancelled() ? undefined : encodeLowered(message, result, revision)
  } catch (reason) {
    if (cancellation?.isCancelled()) return undefined
    if (reason instanceof OvertakenError) return overtaken
    const error = lowerError(toRpcError(reason, method, onError), method)
    if (!isScopeError(reason)) return encodeFailure(id, error)
    return refuseScopes(reason, { id, challenge: parts.challenge, as: error })
  } finally {
    calls.leave()
    if (cancellation) session?.running.end(id, cancellation)
  }
}
