/** See /specification/2026-07-28/basic/authorization */
import type { AuthorizerContext, WayIn } from '../http/authorizer.ts'
import { createAuthorizer } from './create-authorizer.ts'
import type { CredentialStore } from './credentials.ts'
import type { Engine } from './engine.ts'
import type { Grant } from './grant.ts'
import { createMemo } from './held.ts'
import { createLimits } from './limits.ts'
import { memoryCredentials } from './memory-credentials.ts'
import { createProofs } from './need.ts'
import type { AuthOptions } from './options.ts'
import { createOutbound } from './outbound.ts'

/** Makes a way in of a grant: discovery, choice of scopes, refresh, step-up and memory are the same for all of them. */
export function oauth(grant: Grant, options: AuthOptions = {}): WayIn {
  const store = options.store ?? memoryCredentials()
  return (context) => createAuthorizer(createEngine(grant, { ...options, store }, context))
}

/** What a way in works with, for one server. */
export function createEngine(
  grant: Grant,
  options: AuthOptions & { readonly store: CredentialStore },
  context: AuthorizerContext,
): Engine {
  const { server, warn } = context
  const { store } = options
  return {
    grant,
    options,
    server,
    store,
    warn,
    memo: createMemo(server, store),
    proofs: createProofs(store, options),
    limits: createLimits(server),
    outbound: createOutbound(context, options),
  }
}
