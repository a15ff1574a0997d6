/** One run of a body that may ask: what it has asked, what is under way, and how it ends. */
import {
  type Call,
  type Deferred,
  deferred,
  ErrorCode,
  type InputRequest,
  type InputRequiredResult,
  inputRequired,
  RpcError,
} from '@lutra/core'
import { carryMemory, type Memory, type MemoryOptions, recallMemory } from './memory.ts'
import { Suspended } from './suspended.ts'

export interface RunOptions extends MemoryOptions {
  /** How many rounds of questions one call may take. Default: 16. */
  readonly maxRounds?: number | undefined
  /** How many questions one round may have. Default: 64. */
  readonly maxQuestions?: number | undefined
}

export interface Run {
  readonly call: Call
  readonly options: RunOptions
  readonly outcome: Deferred<unknown>
  /** The outcome is certain, if not yet sealed: nothing of the body counts from here on. */
  decided: boolean
  /** Steps and checks under way. While there are any, the body may still go on. */
  busy: number
  checking: boolean
  /** A step is being started: a question now would wait for itself. */
  starting: boolean
  memory: Promise<Memory> | undefined
  /** What was asked so far, by key. */
  readonly asked: Map<string, Asked>
  readonly stepped: Set<string>
  /** Questions without an answer, in the order in which they were asked. */
  readonly open: Map<string, OpenQuestion>
  /** Promises that may reject with the end of the run and nobody looking. */
  readonly watched: Promise<unknown>[]
}

interface Asked {
  readonly text: string
  readonly answer: Promise<unknown>
  times: number
}

interface OpenQuestion {
  readonly request: InputRequest
  readonly reject: (reason: unknown) => void
}

export function createRun(call: Call, options: RunOptions): Run {
  return {
    call,
    options,
    outcome: deferred(),
    decided: false,
    busy: 0,
    checking: false,
    starting: false,
    memory: undefined,
    asked: new Map(),
    stepped: new Set(),
    open: new Map(),
    watched: [],
  }
}

/** Ends a run with its value or error, unless its end is already certain. */
export function decide(run: Run, settle: (outcome: Deferred<unknown>) => void): void {
  if (run.decided) return
  run.decided = true
  settle(run.outcome)
  release(run)
}

/** Does work that the body waits for: the run does not end with questions before it is done. */
export async function during<T>(run: Run, work: () => T | Promise<T>): Promise<T> {
  run.busy++
  try {
    return await work()
  } finally {
    run.busy--
    look(run)
  }
}

/** What earlier runs left. What cannot be trusted ends this run with an error, whatever the body makes of it. */
export async function recall(run: Run): Promise<Memory> {
  run.memory ??= recallMemory(run.call, run.options)
  try {
    return await run.memory
  } catch (error) {
    decide(run, (outcome) => outcome.reject(error))
    throw endedBy(error)
  }
}

/** Leaves a question open: the promise never resolves, and rejects once the run has ended. */
export function leaveOpen(run: Run, key: string, request: InputRequest): Promise<never> {
  return new Promise((_, reject) => {
    if (run.decided) return reject(new Suspended())
    run.open.set(key, { request, reject })
    look(run)
  })
}

/**
 * Ends the run with its questions once the body cannot go on: nothing of ours is under way, and a turn of the event loop
 * has let it do all that it could do at once. Other work that it has begun by then is not waited for.
 */
function look(run: Run): void {
  if (run.decided || run.checking || run.busy > 0 || run.open.size === 0) return
  run.checking = true
  setTimeout(() => {
    run.checking = false
    if (!run.decided && run.busy === 0) void suspend(run)
  }, 0)
}

async function suspend(run: Run): Promise<void> {
  run.decided = true
  try {
    run.outcome.resolve(await questionsOf(run))
  } catch (error) {
    run.outcome.reject(error)
  }
  release(run)
}

async function questionsOf(run: Run): Promise<InputRequiredResult> {
  const { call, options, open } = run
  const { maxRounds = 16, maxQuestions = 64 } = options
  const memory = await (run.memory ?? recallMemory(call, options))
  if (memory.round >= maxRounds) throw tooMuch(`${maxRounds} rounds of questions`)
  if (open.size > maxQuestions) throw tooMuch(`${maxQuestions} questions at once`)
  const asked = [...open].map(([key, { request }]) => [key, request] as const)
  const inputRequests = Object.fromEntries(asked)
  // A journal knows what the caller would have to carry.
  if (call.journal) return inputRequired({ inputRequests })
  const requestState = await carryMemory(call, memory, options)
  return inputRequired({ inputRequests, requestState })
}

/**
 * Keeps the end of a run from counting as an unhandled rejection where nobody waits for a promise: for this one and for
 * what is derived from it by `then`. Until the run ends, rejections stay what they are.
 */
export function watch<T>(run: Run, promise: Promise<T>): Promise<T> {
  const then = promise.then.bind(promise)
  run.watched.push(promise)
  if (run.decided) ignore(promise)
  // biome-ignore lint/suspicious/noThenProperty: it is a promise, and stays one.
  promise.then = (onValue, onError) => watch(run, then(onValue, onError))
  return promise
}

// Lets the `finally` blocks of the body run. Its outcome is certain by now.
function release({ open, watched }: Run): void {
  for (const promise of watched) ignore(promise)
  const questions = [...open.values()]
  open.clear()
  for (const { reject } of questions) reject(new Suspended())
}

function ignore(promise: Promise<unknown>): void {
  Promise.prototype.then.call(promise, undefined, () => {})
}

function endedBy(cause: unknown): Suspended {
  return new Suspended({ cause })
}

function tooMuch(what: string): RpcError {
  return new RpcError(`This call needs more than ${what}`, { code: ErrorCode.internal })
}
