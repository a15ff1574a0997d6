import { type Call, createMemoryBus, createMemoryStore, RpcError, toRpcError } from '@lutra/core'
import type { Empty } from './definition.ts'
import { createEnvironment, infoOf, signed, tell } from './environment.ts'
import { withInside } from './features/inside.ts'
import { createLive } from './live.ts'
import type {
  AnyPrompt,
  AnyTool,
  Mounts,
  Server,
  ServerOf,
  ServerOptions,
  Several,
} from './server-types.ts'

/** Compiles definitions into one server: a function from call to result that every door serves. */
export function createServer<
  const T extends Several<AnyTool> = readonly [],
  const P extends Several<AnyPrompt> = readonly [],
  M extends Mounts = Empty,
>(options: ServerOptions<T, P, M>): ServerOf<T, P, M> {
  return makeServer(options) as ServerOf<T, P, M>
}

function makeServer(options: ServerOptions): Server {
  const env = createEnvironment(options)
  const bus = options.bus ?? createMemoryBus((error) => tell(error, env))
  const live = createLive({ options, env, bus })
  const handler = async (call: Call) => {
    try {
      return signed(await live.plan().handler(call), env.meta)
    } catch (error) {
      if (error instanceof RpcError) throw error
      // What a caller cut short by cancelling is no fault of the server.
      throw toRpcError(error, call.method, call.signal.aborted ? undefined : env.onError)
    }
  }
  const server: Server = Object.assign(handler, {
    info: infoOf(options),
    keys: options.keys,
    store: options.store ?? createMemoryStore(),
    bus,
    shared: { store: options.store, bus: options.bus },
    onError: env.onError,
    notify: live.notify,
    add: live.add,
    remove: live.remove,
    close: live.close,
  })
  return withInside(server, live.inside)
}
