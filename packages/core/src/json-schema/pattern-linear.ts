/** A matcher whose time is the length of the text times the size of the pattern (Thompson, 1968). */
import type { Pattern } from './pattern-parse.ts'

/** Whether a text matches; pays for its steps as it goes. */
export type LinearMatch = (text: string, spend: (steps: number) => void) => boolean

type State =
  | { readonly does: 'accept' }
  | { readonly does: 'take'; readonly test: CharacterTest; readonly next: number }
  | { readonly does: 'edge'; readonly edge: string; readonly next: number }
  | { readonly does: 'split'; next: readonly number[] }

type CharacterTest = (code: number) => boolean

const maxStates = 4000

/** Undefined where it can't be done: look-around, back-references, or too many states. */
export function compileLinear(pattern: Pattern): LinearMatch | undefined {
  const states: State[] = [{ does: 'accept' }]
  const tests = new Map<string, CharacterTest>()
  try {
    const start = build(pattern, 0, { states, tests, work: 0 })
    return (text, spend) => simulate(text, { states, start, spend })
  } catch (error) {
    if (error instanceof Unsupported) return undefined
    throw error
  }
}

class Unsupported extends Error {}

interface Building {
  readonly states: State[]
  readonly tests: Map<string, CharacterTest>
  work: number
}

/** Adds the states of a pattern in front of `next`, and returns the first. */
function build(pattern: Pattern, next: number, building: Building): number {
  if (++building.work > maxStates) throw new Unsupported()
  const add = (state: State): number => building.states.push(state) - 1
  switch (pattern.kind) {
    case 'set':
      return add({ does: 'take', test: characterTest(pattern.source, building), next })
    case 'edge':
      return add({ does: 'edge', edge: pattern.edge, next })
    case 'sequence':
      return pattern.parts.reduceRight((after, part) => build(part, after, building), next)
    case 'choice':
      return add({ does: 'split', next: pattern.options.map((one) => build(one, next, building)) })
    case 'repeat': {
      const { body, min, max } = pattern
      let entry = next
      if (max === Number.POSITIVE_INFINITY) {
        const loop: State = { does: 'split', next: [] }
        entry = add(loop)
        loop.next = [build(body, entry, building), next]
      } else {
        for (let extra = min; extra < max; extra++) {
          entry = add({ does: 'split', next: [build(body, entry, building), next] })
        }
      }
      for (let times = 0; times < min; times++) entry = build(body, entry, building)
      return entry
    }
    default:
      throw new Unsupported()
  }
}

function characterTest(source: string, { tests }: Building): CharacterTest {
  const known = tests.get(source)
  if (known) return known
  const matcher = new RegExp(`^(?:${source})$`, 'u')
  const ascii = Uint8Array.from({ length: 128 }, (_, code) =>
    matcher.test(String.fromCharCode(code)) ? 1 : 0,
  )
  const test: CharacterTest = (code) =>
    code < 128 ? ascii[code] === 1 : matcher.test(String.fromCodePoint(code))
  tests.set(source, test)
  return test
}

interface Simulation {
  readonly states: readonly State[]
  readonly start: number
  readonly spend: (steps: number) => void
}

function simulate(text: string, { states, start, spend }: Simulation): boolean {
  const seen = new Int32Array(states.length).fill(-1)
  const pending: number[] = []
  let now: number[] = []
  let later: number[] = []
  /** Follows the states that take no character; true when one of them accepts. */
  const enter = (from: number, at: number): boolean => {
    pending.push(from)
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      const state = states[index]
      if (state === undefined || seen[index] === at) continue
      seen[index] = at
      if (state.does === 'accept') return true
      if (state.does === 'take') later.push(index)
      else if (state.does === 'split') pending.push(...state.next)
      else if (isEdge(state.edge, text, at)) pending.push(state.next)
    }
    return false
  }
  if (enter(start, 0)) return true
  for (let at = 0; at < text.length; ) {
    ;[now, later] = [later, now]
    later.length = 0
    spend(now.length + 1)
    const code = text.codePointAt(at) ?? 0
    at += code > 0xffff ? 2 : 1
    for (const index of now) {
      const state = states[index]
      if (state?.does === 'take' && state.test(code) && enter(state.next, at)) return true
    }
    if (enter(start, at)) return true
  }
  return false
}

function isEdge(edge: string, text: string, at: number): boolean {
  if (edge === '^') return at === 0
  if (edge === '$') return at === text.length
  return (isWord(text[at - 1]) !== isWord(text[at])) === (edge === '\\b')
}

const isWord = (character: string | undefined): boolean =>
  character !== undefined && /\w/.test(character)
