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
import type { Guarded } from './access.ts'
import type { Shelved } from './shelf.ts'
import { createViews, type Listed } from './views.ts'

/** What is listed under which method and field. */
export interface ListOptions<T> {
  readonly method: Exclude<CachedMethod, 'server/discover' | 'resources/read'>
  readonly field: 'tools' | 'prompts' | 'resources' | 'resourceTemplates'
  /** What is always there. */
  readonly shelved: Shelved<Listed<T>>
  /** What is found anew for each call. */
  readonly found?: readonly ((call: Call) => Promise<readonly T[]>)[]
  /** Whether scopes decide what of that is found. */
  readonly foundScoped?: boolean
  readonly keyOf: (item: T) => string
}

/** The handler of one list. Without items that are found anew it gives the same encoded results again and again. */
export function createList<T>(options: ListOptions<T>, env: Environment): Handler {
  const { found = [], keyOf, method, shelved } = options
  const viewFor = createViews(shelved.listed(), { all: env.listForbidden })
  const hints = env.hints(method)
  const own = { ...hints, cacheScope: 'private' } as const
  const scoped = options.foundScoped || isScoped(shelved)
  const task = { ...options, env, hints: scoped ? own : hints }
  if (found.length > 0 || env.sealCursors) {
    return async (call) => {
      const more = await Promise.all(found.map((find) => find(call)))
      const all = unique([viewFor(call).items, ...more].flat(), keyOf)
      const after = await openCursor(readCursor(call.params), call, env)
      // Nobody but their author knows whether finders look at who calls.
      const hints = call.auth && found.length > 0 ? own : task.hints
      return makePage(all, after, { ...task, hints, call })
    }
  }
  return async (call) => {
    const cursor = readCursor(call.params)
    const { items, pages } = viewFor(call)
    const known = pages.get(cursor)
    if (known) return known
    const after = cursor === undefined ? undefined : decodeCursor(cursor)
    const page = withEncoded(await makePage(items, after, { ...task, call }))
    pages.set(cursor, page)
    return page
  }
}

/** Whether scopes decide who sees what of these. */
export function isScoped({ entries }: Shelved<Guarded>): boolean {
  return [...entries.values()].some(({ scopes }) => scopes.length > 0)
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
