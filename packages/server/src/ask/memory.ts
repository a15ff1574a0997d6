/** What a run knows of the runs before it: carried, sealed, by the caller. */
import { type Call, ErrorCode, invalidParams, RpcError, type Store } from '@lutra/core'
import { contextOf } from './binding.ts'
import { rawResponses } from './responses.ts'
import { defaultTtlMs, openWith, type StateOptions } from './state.ts'

export interface Memory {
  /** How many runs have ended with questions so far. */
  readonly round: number
  /** Answers of earlier rounds, as they came. */
  readonly answers: Map<string, unknown>
  /** Results of finished steps. */
  readonly steps: Map<string, unknown>
  /** Answers that this call brings. */
  readonly responses: ReadonlyMap<string, unknown>
}

export interface MemoryOptions extends StateOptions {
  /** Has each state serve once only, at the price of a write per round. Without it a state can be sent again until it expires. */
  readonly once?: Store | undefined
}

/** Reads what the caller brought; throws `RpcError` -32602 for whatever is not to be trusted. */
export async function recallMemory(call: Call, options: MemoryOptions): Promise<Memory> {
  const { journal } = call
  const responses = rawResponses(call)
  if (journal) {
    const { answers, steps } = journal
    return { round: 0, answers: new Map(answers), steps: new Map(steps), responses }
  }
  const state = call.params['requestState']
  if (state === undefined) return { round: 0, answers: new Map(), steps: new Map(), responses }
  const context = await contextOf(call, { purpose, scope: options.scope })
  const { round, answers, steps, nonce } = (await openWith(options.seal, state, context)) as Carried
  if (options.once) await spend(options.once, nonce, options)
  return {
    round,
    answers: new Map(answers),
    steps: new Map(steps.map(([key, ...value]) => [key, value[0]])),
    responses,
  }
}

/** The `requestState` that carries a memory to the next run. */
export async function carryMemory(
  call: Call,
  { round, answers, steps }: Memory,
  { seal, ttlMs = defaultTtlMs, scope, once }: MemoryOptions,
): Promise<string> {
  const carried: Carried = {
    round: round + 1,
    answers: [...answers],
    // A step without a result is told from one with null by having no second item.
    steps: [...steps].map(([key, value]) => (value === undefined ? [key] : [key, value])),
    ...(once ? { nonce: crypto.randomUUID() } : {}),
  }
  try {
    return await seal.seal(carried, { context: await contextOf(call, { purpose, scope }), ttlMs })
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    const message = 'The answers and step results of this call are too large to be carried'
    throw new RpcError(message, { code: ErrorCode.internal, cause })
  }
}

interface Carried {
  readonly round: number
  readonly answers: readonly (readonly [string, unknown])[]
  readonly steps: readonly (readonly [string, unknown?])[]
  readonly nonce?: string
}

async function spend(
  store: Store,
  nonce: string | undefined,
  { ttlMs = defaultTtlMs }: MemoryOptions,
): Promise<void> {
  // The mark outlives the state that it spends, so that a clock which lags behind makes no gap.
  const options = { ifVersion: null, ttlMs: ttlMs * 2 }
  const first = nonce !== undefined && (await store.set(`ask/${nonce}`, true, options))
  if (!first) throw invalidParams('Invalid requestState: it was used before. Make the call again.')
}

const purpose = 'ask'
