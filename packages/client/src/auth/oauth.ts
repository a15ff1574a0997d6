/** See /specification/2026-07-28/basic/authorization */
import type { WayIn } from '../http/authorizer.ts'
import { createAuthorizer } from './create-authorizer.ts'
import { createEngine } from './engine.ts'
import type { Grant } from './grant.ts'
import { memoryCredentials } from './memory-credentials.ts'
import type { AuthOptions } from './options.ts'
import { wayIn } from './way-in.ts'

/** Makes a way in of a grant: discovery, choice of scopes, refresh, step-up and memory are the same for all of them. */
export function oauth(grant: Grant, options: AuthOptions = {}): WayIn {
  const store = options.store ?? memoryCredentials()
  return wayIn((context) => createAuthorizer(createEngine(grant, { ...options, store }, context)))
}
