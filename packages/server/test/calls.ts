/** Calls by hand, for tests that need no wire. */
import type { Call, Handler, Notification, Params, Result } from '@lutra/core'

/** A call that keeps what was told about it. */
export interface KeptCall extends Call {
  readonly told: readonly Notification[]
  readonly cancel: () => void
  /** Whether anyone looked at its signal. */
  readonly watched: () => boolean
}

export function callOf(method: string, params: Params = {}, changes: Partial<Call> = {}): KeptCall {
  const told: Notification[] = []
  const controller = new AbortController()
  let watched = false
  return {
    method,
    params,
    meta: { protocolVersion: '2026-07-28', clientCapabilities: {} },
    get signal() {
      watched = true
      return controller.signal
    },
    notify: (notification) => void told.push(notification),
    ...changes,
    told,
    cancel: () => controller.abort(),
    watched: () => watched,
  }
}

/** Calls a handler and gives its result without the `_meta` that every result has. */
export async function ask(handler: Handler, method: string, params?: Params): Promise<Params> {
  const { _meta, ...rest } = await handler(callOf(method, params))
  return rest
}

/** Calls a tool by its name. */
export function callTool(handler: Handler, name: string, args?: Params): Promise<Result> {
  return handler(callOf('tools/call', args === undefined ? { name } : { name, arguments: args }))
}

/** Lets everything go on that waits for nothing but its turn. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}
