import { invalidParams, isObject, type Notification, type ServerCapabilities } from '@lutra/core'

/** What a stream of notifications is opened for. */
export interface Filter {
  readonly toolsListChanged?: true
  readonly promptsListChanged?: true
  readonly resourcesListChanged?: true
  readonly resourceSubscriptions?: readonly string[]
  readonly taskIds?: readonly string[]
}

const maxTexts = 1024

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
  const uris = readTexts(asked, 'resourceSubscriptions')
  if (uris && has.resources?.subscribe) filter.resourceSubscriptions = [...new Set(uris)]
  const ids = readTexts(asked, 'taskIds')
  // Its tasks are told of unasked: the filter is ours alone.
  if (ids && has.extensions?.['io.modelcontextprotocol/tasks']) filter.taskIds = ids
  return filter
}

function readTexts(
  asked: Readonly<Record<string, unknown>>,
  name: string,
): readonly string[] | undefined {
  const texts = asked[name]
  if (texts === undefined) return undefined
  if (Array.isArray(texts) && texts.length <= maxTexts && texts.every(isString)) return texts
  throw invalidParams(`Expected ${name} to be at most ${maxTexts} strings`)
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
    case 'notifications/tasks/status':
      return filter.taskIds?.includes(String(params?.['taskId'])) === true
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
