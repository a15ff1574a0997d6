/** Lists, page by page. See /specification/2026-07-28/server/utilities/pagination */
import {
  ErrorCode,
  isObject,
  type Params,
  type PromptDescription,
  type ResourceDescription,
  type ResourceTemplateDescription,
  type Result,
  RpcError,
  type ToolDescription,
} from '@lutra/core'
import type { CallOptions } from '../options.ts'
import { InvalidResponseError } from './error.ts'

/** What can be listed, by the field that has it. */
export interface Listed {
  readonly tools: ToolDescription
  readonly prompts: PromptDescription
  readonly resources: ResourceDescription
  readonly resourceTemplates: ResourceTemplateDescription
}

export type ListKind = keyof Listed

/** One page of a list, as the server cut it. */
export interface Page<T> {
  readonly items: readonly T[]
  /** Where the next page begins. Any string is one, the empty one too; the last page has none. */
  readonly nextCursor?: string
  readonly raw: Result
}

export interface ListContext {
  readonly send: (method: string, params: Params, options?: CallOptions) => Promise<Result>
  readonly warn: (message: string) => void
  readonly maxPages: number
}

/** The pages of a list; ends with an error where they go in circles or past the bound. */
export async function* readPages<K extends ListKind>(
  { send, warn, maxPages }: ListContext,
  kind: K,
  options?: CallOptions,
): AsyncGenerator<Page<Listed[K]>, void, undefined> {
  const { method } = kinds[kind]
  const seen = new Set<string>()
  let params: Params = {}
  for (let count = 0; count < maxPages; count++) {
    const raw = await send(method, params, options)
    const nextCursor = cursorOf(raw, method)
    const items = itemsOf(raw, kind, warn)
    yield nextCursor === undefined ? { items, raw } : { items, nextCursor, raw }
    if (nextCursor === undefined) return
    if (seen.has(nextCursor)) {
      throw new InvalidResponseError(`${method} gave the same cursor twice: its pages never end`)
    }
    seen.add(nextCursor)
    params = { cursor: nextCursor }
  }
  throw new InvalidResponseError(
    `${method} has more than ${maxPages} pages; raise maxPages, or read it page by page`,
  )
}

/** All items of a list; starts over once where a cursor went stale on the way. */
export async function readList<K extends ListKind>(
  context: ListContext,
  kind: K,
  options: CallOptions = {},
): Promise<readonly Listed[K][]> {
  const pages: (readonly Listed[K][])[] = []
  try {
    for await (const { items } of readPages(context, kind, options)) pages.push(items)
  } catch (error) {
    const stale = error instanceof RpcError && error.code === ErrorCode.invalidParams
    if (!stale || pages.length === 0 || options.cache === 'refresh') throw error
    return readList(context, kind, { ...options, cache: 'refresh' })
  }
  return pages.length === 1 ? (pages[0] ?? []) : pages.flat()
}

const kinds: { readonly [K in ListKind]: { method: string; key: string } } = {
  tools: { method: 'tools/list', key: 'name' },
  prompts: { method: 'prompts/list', key: 'name' },
  resources: { method: 'resources/list', key: 'uri' },
  resourceTemplates: { method: 'resources/templates/list', key: 'uriTemplate' },
}

function cursorOf(raw: Result, method: string): string | undefined {
  const { nextCursor } = raw
  if (nextCursor === undefined || nextCursor === null) return undefined
  if (typeof nextCursor === 'string') return nextCursor
  throw new InvalidResponseError(`${method} gave a cursor that is not a string`)
}

function itemsOf<K extends ListKind>(
  raw: Result,
  kind: K,
  warn: (message: string) => void,
): readonly Listed[K][] {
  const { method, key } = kinds[kind]
  const items = raw[kind]
  if (!Array.isArray(items)) {
    throw new InvalidResponseError(`The result of ${method} needs "${kind}" to be a list`)
  }
  const sound = (item: unknown) => isObject(item) && typeof item[key] === 'string'
  if (items.every(sound)) return items
  warn(`${method}: left out entries without ${key}`)
  return items.filter(sound)
}
