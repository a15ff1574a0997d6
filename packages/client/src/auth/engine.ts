import { raceAbort } from '@lutra/core/wait'
import type { AuthorizationServer } from 'oauth4webapi'
import type { AuthorizerContext } from '../http/authorizer.ts'
import type { CredentialStore, TokenSet } from './credentials.ts'
import { discoverIssuer, findIssuer } from './discover-issuer.ts'
import type { Grant, Need } from './grant.ts'
import { createMemo, type Memo } from './held.ts'
import { createLimits, type Limits } from './limits.ts'
import { createProofs, needOf, type Proofs } from './need.ts'
import type { AuthOptions } from './options.ts'
import { createOutbound, type Outbound } from './outbound.ts'
import { guessedServer, type Place } from './place.ts'

/** What a way in works with, for one server. */
export interface Engine {
  readonly grant: Grant
  readonly options: AuthOptions
  readonly server: URL
  readonly store: CredentialStore
  readonly memo: Memo
  readonly proofs: Proofs
  readonly limits: Limits
  readonly warn: (message: string) => void
  outbound(signal: AbortSignal): Outbound
}

/** Puts together what a way in works with. */
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
    memo: createMemo(server, store, warn),
    proofs: createProofs(store, options),
    limits: createLimits(server),
    outbound: createOutbound(context, options),
  }
}

/** How tokens were come by. */
export type Outcome = 'found' | 'refreshed' | 'obtained'

/** Runs work that nobody else runs for the same tokens, in whatever process; gives up waiting for its turn with the signal. */
export function alone<T>(
  { store }: Engine,
  { issuer, resource, signal }: Turn,
  work: () => Promise<T>,
): Promise<T> {
  const begin = () => {
    signal.throwIfAborted()
    return work()
  }
  const turn = store.exclusively({ kind: 'tokens', issuer, resource }, begin, { signal })
  return raceAbort(turn, signal)
}

interface Turn {
  readonly issuer: string
  readonly resource: string
  readonly signal: AbortSignal
}

/** What a grant is told: `tokens` are those that it is to make new, if any. */
export async function needFor(
  { engine, place, outbound }: { engine: Engine; place: Place; outbound: Outbound },
  scope: string | undefined,
  tokens?: TokenSet,
): Promise<Need> {
  const { server, store, warn, proofs } = engine
  const { issuer } = place.authorizationServer
  const bound = tokens?.tokenType === 'DPoP'
  const dpop = bound ? await proofs.of(issuer) : await proofs.forPlace(place)
  return needOf({ server, place, scope, store, warn, outbound, dpop })
}

/** The metadata of an issuer that was found before, by what is known of it now. */
export async function serverOf(
  issuer: string,
  { server }: Engine,
  outbound: Outbound,
): Promise<AuthorizationServer> {
  if (issuer !== server.origin) return discoverIssuer(issuer, outbound)
  return (await findIssuer(issuer, outbound)) ?? guessedServer(issuer)
}
