/** A server's definitions as they change, and who is told. */
import type { Bus } from '@lutra/core'
import { type Environment, tell } from './environment.ts'
import type { Change, ListKind } from './features/change.ts'
import type { Source } from './features/hearing.ts'
import { type Inside, insideOf } from './features/inside.ts'
import { type Mounted, mount } from './features/mount.ts'
import { createPublisher } from './features/publisher.ts'
import { createCompiler, createShelf } from './features/shelf.ts'
import { createHub } from './features/subscriptions.ts'
import { createPlan, isWrapped, type Plan } from './plan.ts'
import type { Definition, Notify, Server, ServerOptions, Several } from './server-types.ts'

export interface Live extends Pick<Server, 'add' | 'remove' | 'close' | 'notify'> {
  /** What holds now. */
  plan(): Plan
  readonly inside: Inside
}

/** What a live server is made from. */
export interface LiveOptions {
  readonly options: ServerOptions
  readonly env: Environment
  readonly bus: Bus
}

export function createLive({ options, env, bus }: LiveOptions): Live {
  const mounted = mountedOf(options)
  // Instances of a server share the name, and with it what they tell each other.
  const own: Source = { bus, topic: `lutra/changes/${options.name}` }
  const sources = () => distinct([own, ...mounted.flatMap(sourcesOf)])
  const hub = createHub({ sources, scopesOf: (uri) => plan.scopesOf(uri), env })
  const compile = createCompiler(env)
  const watchers = new Set<(list: ListKind) => void>()
  let definitions = definitionsOf(options)
  let plan = build(definitions)

  function build(all: readonly Definition[]): Plan {
    const shelf = createShelf()
    for (const definition of all) compile(shelf, definition)
    for (const one of mounted) mount(shelf, one)
    return createPlan({ shelf, hub, options, env })
  }

  function change(next: readonly Definition[], kinds: readonly Definition['kind'][]): void {
    plan = build(next)
    definitions = next
    for (const kind of new Set(kinds)) {
      publish({ list: `${kind}s` })
      for (const watch of watchers) watch(`${kind}s`)
    }
  }

  const publisher = createPublisher({ ...own, onError: (error) => tell(error, env) })
  const { publish } = publisher

  // What a mounted server adds is there at once; what collides stays away, and is told of.
  const endings = mounted.map(({ server }) =>
    insideOf(server)?.onChange((list) => {
      try {
        plan = build(definitions)
        for (const watch of watchers) watch(list)
      } catch (error) {
        tell(error, env)
      }
    }),
  )

  return {
    plan: () => plan,
    notify: notifyBy(publish),
    add: (...more) =>
      change(
        [...definitions, ...more],
        more.map(({ kind }) => kind),
      ),
    remove(kind, name) {
      const rest = definitions.filter((one) => one.kind !== kind || keyOf(one) !== name)
      if (rest.length === definitions.length) return false
      change(rest, [kind])
      return true
    },
    async close() {
      for (const end of endings) end?.()
      hub.close()
      publisher.close()
      await Promise.all((options.extensions ?? []).map((extension) => extension.close?.()))
    },
    inside: {
      shelf: () => plan.shelf,
      wrapped: isWrapped(options),
      sources,
      onChange(watch) {
        watchers.add(watch)
        return () => void watchers.delete(watch)
      },
    },
  }
}

function definitionsOf({
  tools = [],
  prompts = [],
  resources = [],
}: ServerOptions): readonly Definition[] {
  return [tools, prompts, resources].flatMap((some: Several<Definition>) => Object.values(some))
}

function mountedOf({ mount: servers = {} }: ServerOptions): readonly Mounted[] {
  return Object.entries(servers).map(([prefix, server]) => ({ prefix, server }))
}

function notifyBy(publish: (change: Change) => void): Notify {
  return {
    toolsChanged: () => publish({ list: 'tools' }),
    promptsChanged: () => publish({ list: 'prompts' }),
    resourcesChanged: () => publish({ list: 'resources' }),
    resourceUpdated: (uri) => publish({ uri }),
  }
}

function keyOf(definition: Definition): string {
  return definition.kind === 'resource' ? definition.uri : definition.name
}

function sourcesOf({ server }: Mounted): readonly Source[] {
  return insideOf(server)?.sources() ?? []
}

function distinct(sources: readonly Source[]): readonly Source[] {
  return sources.filter(
    ({ bus, topic }, at) =>
      sources.findIndex((other) => other.bus === bus && other.topic === topic) === at,
  )
}
