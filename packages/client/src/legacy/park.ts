import { type Call, factsOf, invalidParams, principalOf, type Result } from '@lutra/core'
import { startTimer } from '@lutra/core/wait'
import type { ParkOptions } from './options.ts'

/** A call that goes on when its caller comes back, or ends when the caller does not. */
export interface Parked {
  resume(call: Call): Promise<Result>
  drop(reason: Error): void
}

/** The calls that wait for their caller, by the `requestState` that the caller was given. */
export interface Park {
  readonly full: boolean
  put(call: Call, parked: Parked): string
  /** Takes out what a call comes back to; throws `RpcError` -32602 when there is no such thing. */
  take(call: Call, state: string): Parked
  close(reason: Error): void
}

export function createPark({ max = 256, ttlMs = 600_000 }: ParkOptions = {}): Park {
  const places = new Map<string, { bound: string; parked: Parked; stop(): void }>()

  function remove(state: string): Parked | undefined {
    const place = places.get(state)
    places.delete(state)
    place?.stop()
    return place?.parked
  }

  return {
    get full() {
      return places.size >= max
    },
    put(call, parked) {
      const state = crypto.randomUUID()
      const stop = startTimer(ttlMs, () =>
        remove(state)?.drop(new Error(`Nobody answered within ${ttlMs} ms`)),
      )
      places.set(state, { bound: boundTo(call), parked, stop })
      return state
    },
    take(call, state) {
      // A foreign caller must neither resume the call nor make it end for its owner.
      const place = places.get(state)
      if (!place || place.bound !== boundTo(call)) {
        throw invalidParams('Unknown or expired requestState: start the call again without it')
      }
      remove(state)
      return place.parked
    },
    close(reason) {
      for (const state of [...places.keys()]) remove(state)?.drop(reason)
    },
  }
}

function boundTo(call: Call): string {
  const name = factsOf(call.method).name
  return JSON.stringify([principalOf(call.auth), call.method, name && call.params[name]])
}
