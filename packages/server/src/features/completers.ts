/** The completers of one prompt or template, made ready. See /specification/2026-07-28/server/utilities/completion */
import { type Call, type Handler, invalidParams, isObject } from '@lutra/core'
import { assertScopes } from '@lutra/core/access'
import type { Completer, Completers, CompletionContext, Completions } from '../completer.ts'
import type { Environment } from '../environment.ts'
import type { Guarded } from './access.ts'

/** What is completed, for whom. */
export interface Completing extends Guarded {
  readonly owner: string
  /** The arguments that there are. */
  readonly names: readonly string[]
  readonly completers: Completers<string>
}

/** Answers `completion/complete` for one owner; undefined where nothing of it can be completed. Throws `TypeError` for an unknown name. */
export function compileCompleters(completing: Completing, env: Environment): Handler | undefined {
  const { names, owner, scopes } = completing
  const completers = new Map(
    Object.entries(completing.completers).flatMap(([name, completer]) =>
      completer ? [[name, completer] as const] : [],
    ),
  )
  for (const name of completers.keys()) {
    if (!names.includes(name))
      throw new TypeError(`${owner} completes "${name}", which it does not have`)
  }
  if (completers.size === 0) return undefined
  return async (call) => {
    assertScopes(call, scopes, owner)
    const { name, value } = argumentOf(call)
    if (!names.includes(name)) throw invalidParams(`There is no argument "${name.slice(0, 200)}"`)
    const completer = completers.get(name)
    const found = completer ? await complete(completer, value, call) : []
    return { resultType: 'complete', completion: bounded(found), _meta: env.meta }
  }
}

const most = 100

function argumentOf({ params }: Call): { readonly name: string; readonly value: string } {
  const { argument } = params
  if (isObject(argument)) {
    const { name, value } = argument
    if (typeof name === 'string' && typeof value === 'string') return { name, value }
  }
  throw invalidParams(
    'Invalid params: expected "argument" to have a "name" and a "value", both strings',
  )
}

async function complete(completer: Completer, value: string, call: Call): Promise<Completions> {
  if (typeof completer !== 'function') return filtered(completer, value)
  const context: CompletionContext = {
    arguments: settled(call),
    auth: call.auth,
    meta: call.meta,
    get signal() {
      return call.signal
    },
  }
  return completer(value, context)
}

function settled({ params }: Call): ReadonlyMap<string, string> {
  const { context } = params
  const given = isObject(context) ? context['arguments'] : undefined
  const entries = isObject(given) ? Object.entries(given) : []
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

/** Those that start with what was typed, then those that have it somewhere. */
function filtered(values: readonly string[], typed: string): readonly string[] {
  const sought = typed.toLowerCase()
  const starting = values.filter((value) => value.toLowerCase().startsWith(sought))
  const having = values.filter((value) => value.toLowerCase().indexOf(sought) > 0)
  return [...starting, ...having]
}

function bounded(found: Completions) {
  const given = isList(found) ? { values: found } : found
  const values = given.values.slice(0, most)
  const isCut = values.length < given.values.length
  const total = given.total ?? (isCut ? given.values.length : undefined)
  const hasMore = isCut || given.hasMore
  return { values, ...(total !== undefined && { total }), ...(hasMore && { hasMore }) }
}

function isList(found: Completions): found is readonly string[] {
  return Array.isArray(found)
}
