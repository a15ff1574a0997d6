import { alone, type Engine, needFor, type Outcome, serverOf } from './engine.ts'
import { type Held, isAlive } from './held.ts'
import type { Place } from './place.ts'
import { refreshTokens } from './refresh.ts'
import { isSamePlace } from './shelf.ts'

/** Makes tokens new that are about to expire; leaves nothing in hand where they are void. */
export async function renewAhead(
  engine: Engine,
  held: Held,
  signal: AbortSignal,
): Promise<Outcome> {
  const { memo, grant } = engine
  const outbound = engine.outbound(signal)
  const { issuer, resource } = held
  const authorizationServer = await serverOf(issuer, engine, outbound)
  const place: Place = { authorizationServer, resource, bound: false }
  return alone(engine, { issuer, resource, signal }, async () => {
    const known = await memo.known()
    const stored = known && isSamePlace(known, held) ? await memo.tokensOf(known) : undefined
    if (!known || !stored) {
      // Somebody has signed out, or has signed in elsewhere.
      memo.drop()
      return 'found'
    }
    if (stored.accessToken !== held.tokens.accessToken && isAlive(stored)) {
      memo.hold(known, stored)
      return 'found'
    }
    const need = await needFor({ engine, place, outbound }, undefined, stored)
    const fresh = await refreshTokens(grant, need, stored)
    if (fresh) await memo.keep(known, fresh)
    else await memo.forget(known)
    return 'refreshed'
  })
}
