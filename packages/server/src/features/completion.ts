/** `completion/complete`. See /specification/2026-07-28/server/utilities/completion */
import { type Feature, type Handler, invalidParams, isObject, type Result } from '@lutra/core'
import type { Environment } from '../environment.ts'
import type { Shelf } from './shelf.ts'

/** The feature of a server that completes something, or undefined where nothing can be completed. */
export function completionFeature(shelf: Shelf, env: Environment): Feature | undefined {
  const prompts = completersOf(shelf.prompts.entries)
  const resources = new Map([
    ...[...shelf.resources.entries.keys()].map((uri) => [uri, undefined] as const),
    ...completersOf(shelf.templates.entries),
  ])
  const all = [...prompts.values(), ...resources.values()]
  if (!all.some((complete) => complete)) return undefined
  const none: Result = { resultType: 'complete', completion: { values: [] }, _meta: env.meta }
  return {
    capabilities: { completions: {} },
    methods: {
      'completion/complete': async (call) => {
        const { ref } = call.params
        if (!isObject(ref)) throw invalidParams('Invalid params: expected "ref" to be an object')
        const { type, name, uri } = ref
        const [known, key] =
          type === 'ref/prompt' ? [prompts, name] : type === 'ref/resource' ? [resources, uri] : []
        if (!known || typeof key !== 'string') {
          throw invalidParams(
            'Invalid params: expected "ref" to be a ref/prompt with a name or a ref/resource with a uri',
          )
        }
        if (!known.has(key))
          throw invalidParams(`Nothing to complete: unknown ${type} ${key.slice(0, 200)}`)
        return known.get(key)?.(call) ?? none
      },
    },
  }
}

// Undefined stands for something that exists and has nothing to complete.
function completersOf(entries: ReadonlyMap<string, { readonly complete?: Handler | undefined }>) {
  return new Map([...entries].map(([key, { complete }]) => [key, complete]))
}
