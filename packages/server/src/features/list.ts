/** The methods that list something: compiled, encoded once, cut into pages. See /specification/2026-07-28/server/utilities/pagination */
import {
  type CacheHints,
  type Call,
  decodeCursor,
  encodeCursor,
  type Handler,
  invalidCursor,
  isObject,
  pageOf,
  principalOf,
  type Result,
  readCursor,
  withEncoded,
} from '@lutra/core'
import type { Environment } from '../environment.ts'
import type { CachedMethod } from '../server-types.ts'

/** What is listed under which method and field. */
export interface ListOptions<T> {
  readonly method: Exclude<CachedMethod, 'server/discover' | 'resources/read'>
  readonly field: 'tools' | 'prompts' | 'resources' | 'resourceTemplates'
  /** What is always there. */
  readonly items: readonly T[]
  /** What is found anew for each call. */
  readonly found?: readonly ((call: Call) => Promise<readonly T[]>)[]
  readonly keyOf: (item: T) => string
}

/** The handler of one list. Without items that are found anew it gives the same encoded results again and again. */
export function createList<T>(options: ListOptions<T>, env: Environment): Handler {
  const { found = [], items, keyOf, method } = options
  const task = { ...options, env, hints: env.hints(method) }
  if (found.length > 0 || env.sealCursors) {
    return async (call) => {
      const more = await Promise.all(found.map((find) => find(call)))
      const all = unique([items, ...more].flat(), keyOf)
      return makePage(all, await openCursor(readCursor(call.params), call, env), { ...task, call })
    }
  }
  // One entry for each place where a page can start: bounded by the number of items.
  const pages = new Map<string | undefined, Result>()
  return async (call) => {
    const cursor = readCursor(call.params)
    const known = pages.get(cursor)
    if (known) return known
    const after = cursor === undefined ? undefined : decodeCursor(cursor)
    const page = withEncoded(await makePage(items, after, { ...task, call }))
    pages.set(cursor, page)
    return page
  }
}

interface PageTask<T> extends ListOptions<T> {
  readonly env: Environment
  readonly hints: CacheHints
  readonly call: Call
}

async function makePage<T>(
  all: readonly T[],
  after: string | undefined,
  { env, call, hints, field, keyOf }: PageTask<T>,
): Promise<Result> {
  const { items, next } = pageOf(all, { after, size: env.pageSize, keyOf })
  const nextCursor = next === undefined ? undefined : await closeCursor(next, call, env)
  return {
    resultType: 'complete',
    [field]: items,
    ...(nextCursor !== undefined && { nextCursor }),
    ...hints,
    _meta: env.meta,
  }
}

function unique<T>(all: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const byKey = new Map<string, T>()
  for (const item of all) if (!byKey.has(keyOf(item))) byKey.set(keyOf(item), item)
  return [...byKey.values()]
}

async function closeCursor(key: string, call: Call, env: Environment): Promise<string> {
  if (!env.sealCursors) return encodeCursor(key)
  return env.seal.seal({ after: key }, { context: contextOf(call), ttlMs: cursorTtlMs })
}

async function openCursor(
  cursor: string | undefined,
  call: Call,
  env: Environment,
): Promise<string | undefined> {
  if (cursor === undefined) return undefined
  if (!env.sealCursors) return decodeCursor(cursor)
  const opened = await env.seal.open(cursor, { context: contextOf(call) }).catch(() => undefined)
  if (isObject(opened) && typeof opened['after'] === 'string') return opened['after']
  throw invalidCursor()
}

const cursorTtlMs = 24 * 60 * 60 * 1000

function contextOf({ method, auth }: Call): string {
  return `cursor\n${method}\n${principalOf(auth)}`
}
