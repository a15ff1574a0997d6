import { type Call, type Handler, type Meta, type Result, withSignal } from '@lutra/core'

/** Asks a handler what it is and offers, as the handshake of a session and its own methods need it. */
export function discover(
  handler: Handler,
  meta: Meta,
  { auth, header }: Pick<Call, 'auth' | 'header'>,
): Promise<Result> {
  const call = { method: 'server/discover', params: {}, meta, auth, header, notify() {} }
  return handler(withSignal(call, () => new AbortController().signal))
}
