/** State of a call that ends with `input_required` and comes again. See /specification/2026-07-28/basic/patterns/mrtr */
import { type Call, invalidParams } from '@lutra/core'
import { type Seal, SealError } from '@lutra/core/seal'
import { contextOf } from './binding.ts'

export interface StateOptions {
  readonly seal: Seal
  /** Milliseconds for which the state is good. Default: ten minutes. */
  readonly ttlMs?: number | undefined
  /** What else the state is bound to, such as the name of the server where several share their keys. */
  readonly scope?: string | undefined
}

export const defaultTtlMs = 600_000

/**
 * A `requestState` for `inputRequired()`, which `openState` gives back when this caller sends this very call again: same
 * principal, method, name and params. Until it expires it can be sent any number of times.
 */
export async function sealState(
  call: Call,
  value: unknown,
  { seal, ttlMs = defaultTtlMs, scope }: StateOptions,
): Promise<string> {
  return seal.seal(value, { context: await contextOf(call, { purpose, scope }), ttlMs })
}

/** What `sealState` put away, or undefined where the call brings no state; throws `RpcError` -32602 for state that is not to be trusted. */
export async function openState(
  call: Call,
  { seal, scope }: Pick<StateOptions, 'seal' | 'scope'>,
): Promise<unknown> {
  const state = call.params['requestState']
  if (state === undefined) return undefined
  return openWith(seal, state, await contextOf(call, { purpose, scope }))
}

/** Opens what a caller brought back; every reason not to trust it is an `RpcError` -32602. */
export async function openWith(seal: Seal, state: unknown, context: string): Promise<unknown> {
  if (typeof state !== 'string') {
    throw invalidParams('Invalid params: expected requestState to be a string')
  }
  try {
    return await seal.open(state, { context })
  } catch (error) {
    if (error instanceof SealError) throw refused(error)
    throw error
  }
}

// Of a state that never was ours for this call, the peer learns no more than that.
function refused({ reason }: SealError) {
  const why = reason === 'expired' ? 'it has expired' : 'it was not issued for this call'
  return invalidParams(`Invalid requestState: ${why}. Make the call again without it.`)
}

const purpose = 'state'
