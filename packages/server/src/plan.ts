/** From definitions to one handler. */
import {
  type Call,
  compose,
  type Feature,
  type Handler,
  isExtensionId,
  type Middleware,
  methodNotFound,
  type ServerCapabilities,
} from '@lutra/core'
import type { JsonObject } from './definition.ts'
import type { Environment } from './environment.ts'
import type { ListKind } from './features/change.ts'
import { completionFeature } from './features/completion.ts'
import { createDiscover } from './features/discover.ts'
import { promptsFeature } from './features/prompts.ts'
import { resourcesFeature, scopesOfResources } from './features/resources.ts'
import type { Shelf } from './features/shelf.ts'
import type { Hub } from './features/subscriptions.ts'
import { toolsFeature } from './features/tools.ts'
import type { ServerOptions } from './server-types.ts'

/** What a server is between two changes. Never altered: a change makes a new one. */
export interface Plan {
  readonly handler: Handler
  readonly shelf: Shelf
  /** What a caller of a resource needs. */
  readonly scopesOf: (uri: string) => readonly string[]
}

/** What a plan is compiled from. */
export interface PlanSource {
  readonly shelf: Shelf
  readonly hub: Hub
  readonly options: ServerOptions
  readonly env: Environment
}

/** Joins features and extensions into one dispatch by method, behind the middleware. */
export function createPlan(source: PlanSource): Plan {
  const { env, options, shelf } = source
  const { extensions = [], middleware = [], instructions } = options
  const features = featuresOf(source)
  const capabilities = joinCapabilities(features, options, env)
  const methods = new Map<string, Handler>()
  const put = (owner: string, own: Readonly<Record<string, Handler>>) => {
    for (const [name, handler] of Object.entries(own)) {
      if (methods.has(name))
        throw new TypeError(`${owner} brings "${name}", which is there already`)
      methods.set(name, handler)
    }
  }
  put('Discovery', { 'server/discover': createDiscover(capabilities, instructions, env) })
  for (const feature of features) put('A feature', feature.methods)
  for (const { id, methods: own = {} } of extensions) put(`The extension ${id}`, own)

  const dispatch = async (call: Call) => {
    const handler = methods.get(call.method)
    if (!handler) throw methodNotFound(call.method)
    return handler(call)
  }
  const wraps = extensions.flatMap(({ middleware: own }): Middleware[] => (own ? [own] : []))
  return Object.freeze({
    shelf,
    scopesOf: scopesOfResources(shelf),
    handler: compose([...middleware, ...wraps], dispatch),
  })
}

/** Whether anything stands around the dispatch of a server. */
export function isWrapped({ extensions = [], middleware = [] }: ServerOptions): boolean {
  return middleware.length > 0 || extensions.some((extension) => extension.middleware)
}

function featuresOf({ env, hub, shelf }: PlanSource): readonly Feature[] {
  const { tools, prompts, resources, templates } = shelf
  const offered: ListKind[] = []
  const features: (Feature | undefined)[] = []
  if (tools.entries.size > 0) {
    offered.push('tools')
    features.push(toolsFeature(shelf, env))
  }
  if (prompts.entries.size > 0) {
    offered.push('prompts')
    features.push(promptsFeature(shelf, env))
  }
  if (resources.entries.size > 0 || templates.entries.size > 0) {
    offered.push('resources')
    features.push(resourcesFeature(shelf, env))
  }
  const listen: Handler = (call) => hub.listen(call, offered)
  features.push(completionFeature(shelf, env), { methods: { 'subscriptions/listen': listen } })
  return features.flatMap((feature) => feature ?? [])
}

function joinCapabilities(
  features: readonly Feature[],
  { extensions = [] }: ServerOptions,
  { logging }: Environment,
): ServerCapabilities {
  const all: ServerCapabilities = Object.assign(
    {},
    ...features.map(({ capabilities }) => capabilities),
    logging && { logging: {} },
  )
  if (extensions.length === 0) return all
  const byId = new Map<string, JsonObject>()
  for (const { id, settings = {} } of extensions) {
    if (!isExtensionId(id)) {
      throw new TypeError(
        `Expected an extension id with a prefix, such as "com.example/name": "${id}"`,
      )
    }
    if (byId.has(id)) throw new TypeError(`The extension ${id} is given twice`)
    byId.set(id, settings)
  }
  return { ...all, extensions: Object.fromEntries(byId) }
}
