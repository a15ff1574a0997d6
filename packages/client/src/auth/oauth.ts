import type { WayIn } from '../http/authorizer.ts'
import type { Grant } from './grant.ts'
import type { AuthOptions } from './options.ts'

/** Makes a way in of a grant: discovery, choice of scopes, refresh, step-up and memory are the same for all of them. */
export function oauth(_grant: Grant, _options: AuthOptions = {}): WayIn {
  throw new TypeError('Not built yet')
}
