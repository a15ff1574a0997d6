import { type Call, type Local as CallLocal, locals } from '@lutra/core'
import type { CallOptions } from '../options.ts'
import type { Deadline } from './deadline.ts'

/** What belongs to one call on this side alone and never travels. */
export interface Local extends CallLocal {
  readonly options: CallOptions
  readonly deadline?: Deadline
}

/** What the maker of a call attached to it; nothing, where it was not made by the words of a client. These keep it by `locals.set`. */
export function localOf(call: Call): Local | undefined {
  return locals.get(call.signal) as Local | undefined
}
