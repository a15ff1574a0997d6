/** `resources/list`, `resources/templates/list` and `resources/read`. See /specification/2026-07-28/server/resources */
import type {
  Feature,
  Handler,
  ResourceDescription,
  ResourceTemplateDescription,
} from '@lutra/core'
import { invalidParams } from '@lutra/core'
import type { Environment } from '../environment.ts'
import { createList, isScoped } from './list.ts'
import { notFound } from './resource-entry.ts'
import type { Shelf } from './shelf.ts'

/** The feature of a server that has resources. */
export function resourcesFeature(shelf: Shelf, env: Environment): Feature {
  const { resources, templates, found } = shelf
  const list = createList(
    {
      method: 'resources/list',
      field: 'resources',
      shelved: resources,
      found: found.resources,
      foundScoped: isScoped(templates),
      keyOf: ({ uri }: ResourceDescription) => uri,
    },
    env,
  )
  const listTemplates = createList(
    {
      method: 'resources/templates/list',
      field: 'resourceTemplates',
      shelved: templates,
      found: found.templates,
      keyOf: ({ uriTemplate }: ResourceTemplateDescription) => uriTemplate,
    },
    env,
  )
  const read: Handler = async (call) => {
    const { uri } = call.params
    if (typeof uri !== 'string')
      throw invalidParams('Invalid params: expected "uri" to be a string')
    const fixed = resources.entries.get(uri)
    if (fixed) return fixed.read(call)
    if (uri.length > env.limits.uriLength) throw notFound(uri.slice(0, 200))
    for (const template of templates.entries.values()) {
      const open = template.open(uri)
      if (open) return open(call)
    }
    throw notFound(uri)
  }
  return {
    capabilities: { resources: { subscribe: true, listChanged: true } },
    methods: {
      'resources/list': list,
      'resources/templates/list': listTemplates,
      'resources/read': read,
    },
  }
}

/** Finds what scopes guard a URI, whether or not there is something at it. */
export function scopesOfResources({
  resources,
  templates,
}: Shelf): (uri: string) => readonly string[] {
  const all = [...templates.entries.values()]
  const matched = isScoped(templates) ? all : []
  return (uri) => {
    const fixed = resources.entries.get(uri)
    return (fixed ?? matched.find(({ open }) => open(uri)))?.scopes ?? []
  }
}
