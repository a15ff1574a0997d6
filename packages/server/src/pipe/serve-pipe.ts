/** Serves a handler over a pipe: stdio, a socket. See /specification/2026-07-28/basic/transports/stdio */
import {
  ErrorCode,
  failure,
  type Id,
  idOf,
  isId,
  isNotification,
  isRequest,
  type Message,
  parseMessage,
  RpcError,
  toRpcError,
} from '@lutra/core'
import { claimsModern, initializeRefused } from '../claim.ts'
import type { Servable } from '../server-types.ts'
import { createCalls } from './calls.ts'
import { createOutlet, type Outlet } from './outlet.ts'
import type { ServerPipe } from './server-pipe.ts'

/** The older era on the same pipe. */
export interface LegacyPipeSession {
  receive(message: unknown): void
  close(): void
}

export interface PipeOptions {
  /** Makes what takes messages without a modern claim. Without it, they are refused. */
  readonly legacySession?:
    | ((send: (message: Message | readonly Message[]) => void) => LegacyPipeSession)
    | undefined
  /** Calls that may be under way at once; more are refused. Default: 4,096. */
  readonly maxCalls?: number
  /** Milliseconds that running calls have to end once the client is gone. Default: 200. */
  readonly closeTimeoutMs?: number
}

/** Serves a handler over a pipe until its client is gone; the era is told by each message alone. */
export async function servePipe(
  handler: Servable,
  pipe: ServerPipe,
  options: PipeOptions = {},
): Promise<void> {
  const outlet = createOutlet(pipe)
  const calls = createCalls(handler, outlet, options.maxCalls)
  const legacy = options.legacySession?.((message) => outlet.send(message))

  function receive(value: unknown): void {
    try {
      if (claimsModern(value)) take(parseMessage(value))
      else if (!isOurCancellation(value)) takeLegacy(value)
    } catch (reason) {
      outlet.send(failure(idOf(value), toRpcError(reason, '', handler.onError)))
    }
  }

  function take(message: Message): void {
    if (isRequest(message)) calls.start(message)
  }

  /** A cancellation names a request and no revision: it belongs to the era in which that request runs. */
  function isOurCancellation(value: unknown): boolean {
    const message = value as { method?: unknown; params?: { requestId?: unknown } } | null
    if (message?.method !== 'notifications/cancelled') return false
    const id = message.params?.requestId
    return isId(id) && calls.cancel(id)
  }

  function takeLegacy(value: unknown): void {
    if (legacy) {
      outlet.expect(value)
      legacy.receive(value)
      return
    }
    const message = parseMessage(value)
    if (isNotification(message)) return
    if (!isRequest(message)) return
    if (message.method === 'initialize') throw initializeRefused(message.params ?? {})
    calls.start(message)
  }

  try {
    for await (const value of pipe.incoming) {
      receive(value)
      const room = outlet.room()
      if (room) await room
    }
    await outlet.settled(options.closeTimeoutMs ?? 200)
  } finally {
    calls.close()
    legacy?.close()
  }
}

/** Refuses a request in whose place another one runs. */
export function refuseRequest(what: string): RpcError {
  return new RpcError(`Invalid request: ${what}`, { code: ErrorCode.invalidRequest })
}

export type { Id, Outlet }
