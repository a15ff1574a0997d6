/** One session with a legacy server, seen as a modern connection. See /specification/2025-11-25/basic/lifecycle */
import { type Connection, deferred, type Handler } from '@lutra/core'
import { ConnectionError } from '../words/error.ts'
import { createHandler } from './calls.ts'
import type { LegacyOptions } from './options.ts'
import { createParts } from './parts.ts'
import { receive } from './receive.ts'
import type { LegacyWire } from './wire.ts'

/** Milliseconds before which an idle session is not opened anew a second time. A call that needs one does not wait. */
const renewalPauseMs = 30_000

/** Opens a session over a wire. What the server asks during a call comes back as `input_required`. */
export async function openLegacySession(
  wire: LegacyWire,
  options: LegacyOptions = {},
): Promise<Connection> {
  const parts = createParts(wire, options)
  const handler = createHandler(parts)
  const closed = deferred<Error | undefined>()
  let over: ConnectionError | undefined

  function end(reason?: Error): void {
    if (over) return
    const why = reason ?? new ConnectionError('The connection was closed', { final: true })
    // Whoever comes later need not come again: a session over a wire that has ended does not begin anew.
    over = new ConnectionError(why.message, { cause: reason, final: true })
    parts.requests.fail(why)
    parts.park.close(why)
    parts.asked.close(why)
    parts.listening.close(reason)
    closed.resolve(reason)
  }

  async function close(): Promise<void> {
    end()
    await wire.close()
  }

  let renewed = Number.NEGATIVE_INFINITY
  wire.start({
    receive: (message, origin) => receive(parts, message, origin),
    ended: end,
    lost() {
      // A server that loses every session must not be greeted without end.
      if (Date.now() - renewed < renewalPauseMs) return
      renewed = Date.now()
      parts.renewal.expire(parts.renewal.current)
      parts.renewal.ready().catch((reason: unknown) => parts.onWarning(String(reason)))
    },
  })
  try {
    await parts.renewal.ready(options.signal)
  } catch (reason) {
    await close()
    throw reason
  }

  const live: Handler = (call) => (over ? Promise.reject(over) : handler(call))
  return {
    handler: options.authorized?.timed(live) ?? live,
    era: 'legacy',
    get protocolVersion() {
      return parts.greeting.protocolVersion
    },
    get discovered() {
      return parts.greeting.discovered
    },
    closed: closed.promise,
    close,
  }
}
