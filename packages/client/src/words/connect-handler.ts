import { type Call, type Connection, deferred, type Handler, withSignal } from '@lutra/core'
import { raceAbort } from '@lutra/core/wait'
import type { ConnectOptions } from '../options.ts'
import { discover } from './discover.ts'
import { ConnectionError } from './error.ts'

/** Connects to a server in the same process: its handler is called as it is, and nothing is encoded. */
export async function connectHandler(
  server: Handler,
  options: ConnectOptions = {},
): Promise<Connection> {
  const end = deferred<Error | undefined>()
  const closing = new AbortController()
  const waiting = new Set<(reason: unknown) => void>()
  let last = 0
  const handler: Handler = (call) =>
    new Promise((resolve, reject) => {
      closing.signal.throwIfAborted()
      last += 1
      waiting.add(reject)
      // A handler may never look at its signal; the caller must not hang with it.
      raceAbort(server(callOf(call, last, closing.signal)), call.signal)
        .then(resolve, reject)
        .finally(() => waiting.delete(reject))
    })
  const { protocolVersion, discovered } = await discover(handler, options)
  return {
    handler,
    era: 'modern',
    protocolVersion,
    discovered,
    closed: end.promise,
    async close() {
      const reason = new ConnectionError('The connection was closed', { final: true })
      closing.abort(reason)
      for (const reject of waiting) reject(reason)
      end.resolve(undefined)
    },
  }
}

/** The call as the server gets it: with an id, and over when the connection is closed. */
function callOf(call: Call, id: number, closing: AbortSignal): Call {
  const { method, params, meta, auth, header } = call
  const notify: Call['notify'] = (notification) => call.notify(notification)
  return withSignal({ id, method, params, meta, auth, header, notify }, () =>
    AbortSignal.any([call.signal, closing]),
  )
}
