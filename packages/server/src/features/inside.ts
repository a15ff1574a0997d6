/** What a server shows to the one that mounts it, and to nobody else. */
import {
  type Handler,
  type PromptDescription,
  type ResourceDescription,
  type ResourceTemplateDescription,
  RpcError,
  type ToolDescription,
  withCall,
} from '@lutra/core'
import type { ListKind } from './change.ts'
import type { Source } from './hearing.ts'
import type { Finder, Found, Shelf } from './shelf.ts'

export interface Inside {
  /** Its entries as they are now. */
  shelf(): Shelf
  /** Its middleware may change what it lists. */
  readonly wrapped: boolean
  /** Where its changes, and those of what it mounts, are heard of. */
  sources(): readonly Source[]
  /** Calls `listen` when definitions were added or removed; the function that it returns ends that. */
  onChange(listen: (list: ListKind) => void): () => void
}

const inside = Symbol('lutra.inside')

/** Gives a server its inside. */
export function withInside<S extends Handler>(server: S, own: Inside): S {
  return Object.defineProperty(server, inside, { value: own })
}

export function insideOf(server: Handler): Inside | undefined {
  return (server as { [inside]?: Inside })[inside]
}

/** Asks a server for its lists, as anyone else would. */
export function askedOf(server: Handler, { tools, prompts, resources, templates }: Shelf): Found {
  const hasResources = resources.entries.size > 0 || templates.entries.size > 0
  return {
    tools: tools.entries.size > 0 ? [finder<ToolDescription>(server, 'tools/list', 'tools')] : [],
    prompts:
      prompts.entries.size > 0
        ? [finder<PromptDescription>(server, 'prompts/list', 'prompts')]
        : [],
    resources: hasResources
      ? [finder<ResourceDescription>(server, 'resources/list', 'resources')]
      : [],
    templates: hasResources
      ? [
          finder<ResourceTemplateDescription>(
            server,
            'resources/templates/list',
            'resourceTemplates',
          ),
        ]
      : [],
  }
}

function finder<T>(server: Handler, method: string, field: string): Finder<T> {
  return async (call) => {
    const all: T[] = []
    let cursor: unknown
    for (let page = 0; page < mostPages; page++) {
      const result = await server(
        withCall(call, { method, params: cursor === undefined ? {} : { cursor } }),
      )
      all.push(...((result[field] ?? []) as readonly T[]))
      cursor = result['nextCursor']
      if (cursor === undefined) return all
    }
    throw new RpcError(`A mounted server lists more than ${mostPages} pages`, { code: -32603 })
  }
}

const mostPages = 10_000
