import { type Connection, deferred, type Handler, withCall } from '@lutra/core'
import type { ConnectOptions } from '../options.ts'
import { discover } from './discover.ts'
import { ConnectionError } from './error.ts'
import { raceAbort } from './race.ts'

/** Connects to a server in the same process: its handler is called as it is, and nothing is encoded. */
export async function connectHandler(
  server: Handler,
  options: ConnectOptions = {},
): Promise<Connection> {
  const end = deferred<Error | undefined>()
  const closing = new AbortController()
  let last = 0
  const handler: Handler = async (call) => {
    closing.signal.throwIfAborted()
    last += 1
    // A handler may never look at its signal; the caller must not hang with it.
    const result = raceAbort(server(withCall(call, { id: last })), call.signal)
    return raceAbort(result, closing.signal)
  }
  const { protocolVersion, discovered } = await discover(handler, options)
  return {
    handler,
    era: 'modern',
    protocolVersion,
    discovered,
    closed: end.promise,
    async close() {
      closing.abort(new ConnectionError('The connection was closed', { final: true }))
      end.resolve(undefined)
    },
  }
}
