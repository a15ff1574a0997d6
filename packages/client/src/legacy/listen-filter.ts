import { invalidParams, isObject, type Notification, type ServerCapabilities } from '@lutra/core'

/** What a stream of notifications is opened for. */
export interface Filter {
  readonly toolsListChanged?: true
  readonly promptsListChanged?: true
  readonly resourcesListChanged?: true
  readonly resourceSubscriptions?: readonly string[]
}

const maxUris = 1024

/** Reads a filter, less what the server does not offer. */
export function readFilter(asked: unknown, has: ServerCapabilities): Filter {
  if (!isObject(asked)) throw invalidParams('Expected notifications to be an object')
  const filter: { -readonly [K in keyof Filter]: Filter[K] } = {}
  if (asked['toolsListChanged'] === true && has.tools?.listChanged) filter.toolsListChanged = true
  if (asked['promptsListChanged'] === true && has.prompts?.listChanged) {
    filter.promptsListChanged = true
  }
  if (asked['resourcesListChanged'] === true && has.resources?.listChanged) {
    filter.resourcesListChanged = true
  }
  const uris = readUris(asked['resourceSubscriptions'])
  if (uris && has.resources?.subscribe) filter.resourceSubscriptions = [...new Set(uris)]
  return filter
}

function readUris(uris: unknown): readonly string[] | undefined {
  if (uris === undefined) return undefined
  if (Array.isArray(uris) && uris.length <= maxUris && uris.every(isString)) return uris
  throw invalidParams(`Expected resourceSubscriptions to be at most ${maxUris} URIs`)
}

const isString = (value: unknown) => typeof value === 'string'

/** Whether a stream with this filter carries such a notification. */
export function wants(filter: Filter, { method, params }: Notification): boolean {
  switch (method) {
    case 'notifications/tools/list_changed':
      return filter.toolsListChanged === true
    case 'notifications/prompts/list_changed':
      return filter.promptsListChanged === true
    case 'notifications/resources/list_changed':
      return filter.resourcesListChanged === true
    case 'notifications/resources/updated':
      return isBelow(params?.['uri'], filter.resourceSubscriptions)
    default:
      return false
  }
}

/** An update may be of something below what was subscribed to. */
function isBelow(uri: unknown, subscribed: readonly string[] = []): boolean {
  if (typeof uri !== 'string') return false
  return subscribed.some(
    (one) => uri === one || uri.startsWith(one.endsWith('/') ? one : `${one}/`),
  )
}
