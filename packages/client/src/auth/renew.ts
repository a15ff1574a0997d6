/** Gets tokens for a server: those of somebody else who was faster, new ones for old ones, or by signing in. */
import { AuthError } from './auth-error.ts'
import type { Demand } from './challenge.ts'
import type { KnownServer, TokenSet } from './credentials.ts'
import { alone, type Engine, needFor, type Outcome } from './engine.ts'
import { assertHeaderToken } from './header-token.ts'
import { isAlive } from './held.ts'
import { assertBound } from './need.ts'
import type { Outbound } from './outbound.ts'
import { findPlace, type Place } from './place.ts'
import { refreshTokens } from './refresh.ts'
import { chooseScope, covers, printScope } from './scope.ts'

/** Why tokens are needed. */
export interface Want {
  readonly demand: Demand
  readonly operation: string
  /** The token that was refused. */
  readonly refused: string | undefined
  /** Whether it was refused for what it allows, and not for what it is. */
  readonly stepUp: boolean
  readonly mayRefresh: boolean
}

/** Gets tokens after a refusal. */
export async function renew(engine: Engine, want: Want, signal: AbortSignal): Promise<Outcome> {
  const { memo, server, grant, store } = engine
  const outbound = engine.outbound(signal)
  const before = await memo.known()
  const place = await findPlace({
    server,
    demand: want.demand,
    outbound,
    interactive: grant.interactive,
    choose: (issuers) => chooseIssuer(engine, issuers, before),
  })
  const { issuer } = place.authorizationServer
  const moved = before !== undefined && before.issuer !== issuer
  if (moved) {
    engine.warn(`${server.origin} now takes tokens of ${issuer}, and no longer of ${before.issuer}`)
    await store.delete({ kind: 'tokens', issuer: before.issuer, resource: before.resource })
  }
  return alone(engine, { issuer, resource: place.resource, signal }, async () => {
    const latest = await memo.known()
    if (memo.isSignedOut(latest) && grant.interactive && !grant.sendsAway) throw signedOut(server)
    const scope = latest?.issuer === issuer ? latest.scope : undefined
    const known: KnownServer = {
      kind: 'server',
      issuer,
      resource: place.resource,
      ...(scope !== undefined && { scope }),
    }
    return settle({ engine, want, place, known, outbound })
  })
}

function signedOut({ origin }: URL): AuthError {
  return new AuthError(
    'interaction_required',
    `Somebody has signed out of ${origin} since this connection was made: connect again to sign in`,
  )
}

interface Settling {
  readonly engine: Engine
  readonly want: Want
  readonly place: Place
  readonly known: KnownServer
  readonly outbound: Outbound
}

async function settle(settling: Settling): Promise<Outcome> {
  const { engine, want, known } = settling
  const { memo, grant } = engine
  const stored = await memo.tokensOf(known)
  if (stored && isOfUse(stored, want)) {
    await memo.keep(known, stored)
    return 'found'
  }
  if (stored && want.mayRefresh && !want.stepUp) {
    const fresh = await refreshTokens(grant, await needFor(settling, undefined, stored), stored)
    if (fresh) {
      await memo.keep(known, fresh)
      return 'refreshed'
    }
  }
  if (stored && !want.stepUp) await memo.forget(known)
  await obtain(settling, stored?.scope)
  return 'obtained'
}

async function obtain(settling: Settling, granted: string | undefined): Promise<void> {
  const { engine, want, known, place } = settling
  const { grant, options, limits, memo } = engine
  limits.assertMore(want.operation)
  const scopes = chooseScope({
    challenged: want.demand.scopes,
    preferred: options.scope,
    offered: place.scopes,
    // What was granted unasked would get lost as well.
    before: [known.scope, granted].filter(Boolean).join(' '),
    known: place.authorizationServer.scopes_supported,
    offline: grant.interactive,
  })
  const scope = printScope(scopes)
  const tokens = await grant.obtain(await needFor(settling, scope))
  limits.count(want.operation)
  assertHeaderToken(tokens.accessToken)
  assertBound(tokens.tokenType, options)
  const asked = printScope(scopes.filter((one) => one !== 'offline_access'))
  await memo.keep({ ...known, ...(asked !== undefined && { scope: asked }) }, tokens)
}

/** Whether tokens in the store are others than those that were refused, and may do. */
function isOfUse(stored: TokenSet, { refused, stepUp, demand }: Want): boolean {
  if (stored.accessToken === refused || !isAlive(stored)) return false
  return !stepUp || covers(stored.scope, demand.scopes ?? [])
}

async function chooseIssuer(
  { options, server, grant, store }: Engine,
  issuers: readonly string[],
  before: KnownServer | undefined,
): Promise<string> {
  if (options.chooseIssuer) return options.chooseIssuer(issuers, server)
  const held = (await store.list()).flatMap(({ key }) =>
    key.kind === 'client' ? [key.issuer] : [],
  )
  const wished = [before?.issuer, ...(grant.issuers ?? []), ...held]
  return issuers.find((one) => wished.includes(one)) ?? issuers[0] ?? ''
}
