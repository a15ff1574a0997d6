import { createMemoryBus, createMemoryStore, toRpcError } from '@lutra/core'
import type { Empty } from './definition.ts'
import { createEnvironment, infoOf, signed } from './environment.ts'
import { compileTool, toolsFeature } from './features/tools.ts'
import { createPlan } from './plan.ts'
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
  const tools = Object.values(options.tools ?? {})
  const entries = new Map(tools.map((tool: AnyTool) => [tool.name, compileTool(tool, env)]))
  const plan = createPlan([toolsFeature(entries, [], env)], options, env)
  const store = options.store ?? createMemoryStore()
  const bus = options.bus ?? createMemoryBus()
  const handler = async (call: Parameters<Server>[0]) => {
    try {
      return signed(await plan.handler(call), env.meta)
    } catch (error) {
      throw toRpcError(error, call.method, env.onError)
    }
  }
  const nothing = () => {}
  return Object.assign(handler, {
    info: infoOf(options),
    keys: options.keys,
    store,
    bus,
    onError: env.onError,
    notify: {
      toolsChanged: nothing,
      promptsChanged: nothing,
      resourcesChanged: nothing,
      resourceUpdated: nothing,
    },
    add: nothing,
    remove: () => false,
    close: async () => {},
  })
}
