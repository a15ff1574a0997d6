import type { Arrival, Authorizer, Departure } from '../http/authorizer.ts'
import { assertHope } from './assert-hope.ts'
import { type Demand, demandOf } from './challenge.ts'
import type { DPoP } from './dpop.ts'
import type { Engine, Outcome } from './engine.ts'
import { createFlight, type Flight } from './flight.ts'
import { type Held, isAlive } from './held.ts'
import { isRefreshable } from './refresh.ts'
import { renew } from './renew.ts'
import { renewAhead } from './renew-ahead.ts'

/** What one request has been through. */
export interface Trip {
  /** The token that it was sent with, last time. */
  sent?: string | undefined
  outcomes: readonly Outcome[]
  nonces: number
}

interface State {
  readonly engine: Engine
  readonly flight: Flight<Outcome>
  readonly trips: WeakMap<Departure, Trip>
  proof: DPoP | undefined
  /** Whether it was looked for what an earlier connection has left. */
  recalled: boolean
  pausedUntil: number
}

/** Gets the requests to one server authorized. With a plain token in hand, that costs them nothing. */
export function createAuthorizer(engine: Engine): Authorizer {
  const { memo, limits } = engine
  const state: State = {
    engine,
    flight: createFlight(),
    trips: new WeakMap(),
    proof: undefined,
    recalled: false,
    pausedUntil: 0,
  }
  return {
    headers(departure) {
      const { held } = memo
      if (held ? !isReady(held) : !state.recalled) return prepare(state, departure)
      tripOf(state, departure).sent = held?.tokens.accessToken
      return held ? held.headers : nothing
    },
    arrived(arrival, departure) {
      const again = state.proof?.nonceFrom(arrival, departure.url) === true
      const { status } = arrival
      if (status < 400 && limits.counting) limits.succeeded(operationOf(departure))
      if (status !== 401 && status !== 403) return false
      const trip = tripOf(state, departure)
      if (again && trip.nonces < maxNonces) {
        trip.nonces += 1
        return true
      }
      return refused(state, arrival, departure)
    },
  }
}

const nothing: Readonly<Record<string, string>> = {}
const maxNonces = 2

function isReady(held: Held): boolean {
  return held.tokens.tokenType === 'Bearer' && Date.now() < held.renewAt
}

async function prepare(state: State, departure: Departure) {
  const { proofs } = state.engine
  const trip = tripOf(state, departure)
  trip.sent = undefined
  const held = await current(state, departure)
  if (!held) return nothing
  trip.sent = held.tokens.accessToken
  if (held.tokens.tokenType === 'Bearer') return held.headers
  state.proof = await proofs.of(held.issuer)
  return state.proof.headers(departure, held.tokens.accessToken)
}

// Where a refresh fails for another reason than the tokens', the next one is not tried before.
const pauseMs = 10_000

/** The tokens in hand, made new where they are about to expire. */
async function current(state: State, departure: Departure): Promise<Held | undefined> {
  const { memo, grant, server, warn } = state.engine
  const held = memo.held ?? (state.recalled ? undefined : await memo.recall())
  state.recalled = true
  const now = Date.now()
  if (!held || now < held.renewAt) return held
  if (isRefreshable(grant, held.tokens) && now >= state.pausedUntil) {
    try {
      await state.flight.join(departure.signal, (signal) => renewAhead(state.engine, held, signal))
    } catch (error) {
      departure.signal?.throwIfAborted()
      state.pausedUntil = Date.now() + pauseMs
      warn(`The token for ${server.origin} could not be refreshed: ${String(error)}`)
    }
  }
  return memo.held && isAlive(memo.held.tokens) ? memo.held : undefined
}

function refused(state: State, arrival: Arrival, departure: Departure): boolean | Promise<boolean> {
  const demand = demandOf(arrival)
  const insufficient = demand.error?.toLowerCase() === 'insufficient_scope'
  if (arrival.status === 403 && !insufficient) return false
  const trip = tripOf(state, departure)
  return getIn(state, departure, { demand, stepUp: insufficient && trip.sent !== undefined })
}

async function getIn(
  state: State,
  departure: Departure,
  { demand, stepUp }: { demand: Demand; stepUp: boolean },
): Promise<boolean> {
  const { engine, flight } = state
  const { held } = engine.memo
  const trip = tripOf(state, departure)
  // Another request was refused with the same token, and has got a new one.
  if (held && held.tokens.accessToken !== trip.sent && Date.now() < held.renewAt) return true
  const operation = operationOf(departure)
  assertHope(engine, trip, { demand, stepUp, operation })
  const want = {
    demand,
    operation,
    stepUp,
    refused: trip.sent,
    mayRefresh: trip.outcomes.every((one) => one === 'found'),
  }
  const outcome = await flight.join(departure.signal, (signal) => renew(engine, want, signal))
  trip.outcomes = [...trip.outcomes, outcome]
  return true
}

function tripOf({ trips }: State, departure: Departure): Trip {
  const known = trips.get(departure)
  if (known) return known
  const fresh: Trip = { outcomes: [], nonces: 0 }
  trips.set(departure, fresh)
  return fresh
}

function operationOf({ operation, method }: Departure): string {
  return operation ?? method
}
