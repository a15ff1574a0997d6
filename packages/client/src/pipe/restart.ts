import { type Connection, deferred } from '@lutra/core'
import { backoff, raceAbort, sleep } from '@lutra/core/wait'
import { type IdentityOptions, warnBy } from '../options.ts'
import { ConnectionError } from '../words/error.ts'

export interface RestartOptions {
  /** How often in a row a server that died is started anew. 0: never. Default: 3. */
  readonly maxRestarts?: number
  /** Milliseconds before the first of them; they grow. Default: 200. */
  readonly restartDelayMs?: number
}

/**
 * A connection that opens anew when the server dies unasked. Calls that were under way fail, for nobody knows what became of
 * them; later ones wait for the new start.
 */
export async function restarting(
  open: () => Promise<Connection>,
  options: RestartOptions & Pick<IdentityOptions, 'onWarning'> = {},
): Promise<Connection> {
  const { maxRestarts = 3, restartDelayMs = 200 } = options
  const warn = warnBy(options)
  const end = deferred<Error | undefined>()
  const closing = new AbortController()
  let current = await open()
  let ready: Promise<Connection> = Promise.resolve(current)
  let deaths = 0

  function watch(connection: Connection): void {
    const since = Date.now()
    void connection.closed.then((error) => {
      if (closing.signal.aborted) return
      // A server that has run for a while is none that cannot start.
      if (Date.now() - since > steadyMs) deaths = 0
      ready = startAnew(error ?? new ConnectionError('The server has ended the connection'))
      ready.catch((reason: Error) => {
        if (!closing.signal.aborted) end.resolve(reason)
      })
    })
  }

  async function startAnew(cause: Error): Promise<Connection> {
    deaths += 1
    if (deaths > maxRestarts) {
      const message =
        maxRestarts > 0 ? `${cause.message} (after ${maxRestarts} restarts)` : cause.message
      throw new ConnectionError(message, { cause, final: true })
    }
    warn(`${cause.message}; it is started anew`)
    await sleep(backoff(deaths - 1, { baseMs: restartDelayMs }), closing.signal)
    try {
      current = await open()
    } catch (error) {
      return startAnew(error as Error)
    }
    if (closing.signal.aborted) await current.close()
    else watch(current)
    return current
  }

  watch(current)
  return {
    async handler(call) {
      const { handler } = await raceAbort(ready, call.signal)
      return handler(call)
    },
    get era() {
      return current.era
    },
    get protocolVersion() {
      return current.protocolVersion
    },
    get discovered() {
      return current.discovered
    },
    closed: end.promise,
    async close() {
      closing.abort(new ConnectionError('The connection was closed', { final: true }))
      await current.close()
      end.resolve(undefined)
    },
  }
}

const steadyMs = 60_000
