/** Serves a handler over a pipe: stdio, a socket. See /specification/2026-07-28/basic/transports/stdio */
import { failure, idOf, isId, isObject, isRequest, parseMessage, toRpcError } from '@lutra/core'
import { claimsModern } from '../claim.ts'
import type { Servable } from '../server-types.ts'
import { createCalls } from './calls.ts'
import { createLegacyLane, type LegacySessionMaker } from './legacy-lane.ts'
import { createOutlet } from './outlet.ts'
import type { ServerPipe } from './server-pipe.ts'

export interface PipeOptions {
  /** Makes what takes messages without a modern claim. Without it, they are refused. */
  readonly legacySession?: LegacySessionMaker | undefined
  /** Calls that may be under way at once; more are refused. Default: 4,096. */
  readonly maxCalls?: number
  /** Milliseconds that running calls have to end once the client is gone. Default: 200. */
  readonly closeTimeoutMs?: number
}

/** Serves a handler over a pipe until its client is gone. The era is told by each message alone. */
export async function servePipe(
  handler: Servable,
  pipe: ServerPipe,
  options: PipeOptions = {},
): Promise<void> {
  const { legacySession, maxCalls = 4096, closeTimeoutMs = 200 } = options
  const outlet = createOutlet(pipe)
  const calls = createCalls(handler, outlet, maxCalls)
  const legacy = legacySession && createLegacyLane(legacySession, outlet)

  function receive(value: unknown): void {
    if (legacy && !claimsModern(value)) {
      if (!cancels(value)) legacy.receive(value)
      return
    }
    const message = parseMessage(value)
    if (!isRequest(message)) {
      // A response answers nothing that was asked; of the notifications only this one has a meaning.
      cancels(message)
      return
    }
    calls.start(message)
  }

  /** A cancellation names a request and no revision: it belongs to the era in which that request runs. */
  function cancels(value: unknown): boolean {
    if (!isObject(value) || value['method'] !== 'notifications/cancelled') return false
    const id = isObject(value['params']) ? value['params']['requestId'] : undefined
    return isId(id) && calls.cancel(id)
  }

  try {
    for await (const value of pipe.incoming) {
      try {
        receive(value)
      } catch (reason) {
        outlet.send(failure(idOf(value), toRpcError(reason, '', handler.onError)))
      }
      if (outlet.isFull()) await outlet.room()
    }
    await within(closeTimeoutMs, [calls.drain(), legacy?.drain()])
  } finally {
    calls.close()
    legacy?.close()
  }
}

/** Waits for all, but no longer than that. */
async function within(ms: number, all: readonly (Promise<void> | undefined)[]): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([Promise.all(all), late])
  clearTimeout(timer)
}
