import type { Call } from '@lutra/core'
import type { CallOptions } from '../options.ts'
import type { Deadline } from './deadline.ts'

/** What belongs to one call on this side alone and never travels. */
export interface Local {
  readonly options: CallOptions
  readonly deadline?: Deadline
}

// Keyed by the signal, which every client call has of its own and which copies of a call keep.
const locals = new WeakMap<AbortSignal, Local>()

/** What the maker of a call attached to it; nothing, where it was not made by the words of a client. */
export function localOf(call: Call): Local | undefined {
  return locals.get(call.signal)
}

/** Attaches to a signal what belongs to the calls made with it. */
export function keepLocal(signal: AbortSignal, local: Local): void {
  locals.set(signal, local)
}
