/** `type`: apart from the other keywords, which have nothing to add when it fails. */
import type { Build } from './checks.ts'
import { isMembers } from './members.ts'
import { type Check, fail } from './run.ts'

interface Type {
  readonly words: string
  readonly test: (value: unknown) => boolean
}

const types: ReadonlyMap<unknown, Type> = new Map<unknown, Type>([
  ['null', { words: 'null', test: (value) => value === null }],
  ['boolean', { words: 'a boolean', test: (value) => typeof value === 'boolean' }],
  ['integer', { words: 'an integer', test: Number.isInteger }],
  ['number', { words: 'a number', test: Number.isFinite }],
  ['string', { words: 'a string', test: (value) => typeof value === 'string' }],
  ['array', { words: 'an array', test: Array.isArray }],
  ['object', { words: 'an object', test: isMembers }],
])

export const typeNames: readonly unknown[] = /* @__PURE__ */ Array.from(types.keys())

export function typeCheck(build: Build): Check | undefined {
  const type = build.get('type')
  if (type === undefined) return undefined
  const allowed = (Array.isArray(type) ? type : [type]).flatMap((name) => types.get(name) ?? [])
  const rule = { keyword: 'type', expected: allowed.map(({ words }) => words).join(' or ') }
  const [first, ...others] = allowed.map(({ test }) => test)
  if (first === undefined || others.length === 0) {
    return (value, run) => first?.(value) || fail(run, rule, value)
  }
  return (value, run) =>
    first(value) || others.some((test) => test(value)) || fail(run, rule, value)
}
