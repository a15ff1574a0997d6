/** From definitions to one handler. */
import {
  type Call,
  compose,
  type Feature,
  type Handler,
  type Middleware,
  methodNotFound,
  type ServerCapabilities,
} from '@lutra/core'
import type { Environment } from './environment.ts'
import { createDiscover } from './features/discover.ts'
import type { ServerOptions } from './server-types.ts'

/** What a server is between two changes. Never altered: a change makes a new one. */
export interface Plan {
  readonly handler: Handler
  readonly capabilities: ServerCapabilities
}

/** Joins features and extensions into one dispatch by method, behind the middleware. */
export function createPlan(
  features: readonly Feature[],
  options: ServerOptions,
  env: Environment,
): Plan {
  const { extensions = [], middleware = [], instructions } = options
  const methods = new Map<string, Handler>()
  const capabilities = joinCapabilities(features, options, env)
  methods.set('server/discover', createDiscover(capabilities, instructions, env))
  const parts = [
    ...features.map((feature) => ({ owner: 'A feature', methods: feature.methods })),
    ...extensions.map(({ id, methods: own = {} }) => ({ owner: `Extension ${id}`, methods: own })),
  ]
  for (const part of parts) {
    for (const [name, handler] of Object.entries(part.methods)) {
      if (methods.has(name))
        throw new TypeError(`${part.owner} brings "${name}", which is there already`)
      methods.set(name, handler)
    }
  }
  const dispatch = async (call: Call) => {
    const handler = methods.get(call.method)
    if (!handler) throw methodNotFound(call.method)
    return handler(call)
  }
  const wraps = extensions.flatMap(({ middleware: own }): readonly Middleware[] =>
    own ? [own] : [],
  )
  return Object.freeze({ capabilities, handler: compose([...middleware, ...wraps], dispatch) })
}

function joinCapabilities(
  features: readonly Feature[],
  { extensions = [] }: ServerOptions,
  env: Environment,
): ServerCapabilities {
  const all: ServerCapabilities = Object.assign(
    {},
    ...features.map(({ capabilities }) => capabilities),
    env.logging && { logging: {} },
  )
  if (extensions.length === 0) return all
  const settings = extensions.map(({ id, settings: own = {} }) => [id, own] as const)
  return { ...all, extensions: Object.fromEntries(settings) }
}
