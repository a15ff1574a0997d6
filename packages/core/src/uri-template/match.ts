import { type Expression, operators, type Part, type Variable } from './parse.ts'

type Values = Record<string, string | readonly string[]>

/**
 * Matches a URI against the parts of a template in time linear in its length: a regular expression would go
 * back and forth on several open variables. One pass forward notes where each part can end, one backward
 * pass chooses, giving later variables as much as they can take.
 */
export function matchParts(parts: readonly Part[], uri: string): Values | undefined {
  const reached: Uint8Array[] = [start(uri.length)]
  for (const part of parts) {
    const from = reached[reached.length - 1] ?? start(uri.length)
    reached.push(
      typeof part === 'string' ? stepLiteral(part, uri, from) : stepOpen(part, uri, from),
    )
  }
  if (!reached.at(-1)?.[uri.length]) return undefined

  const values: Values = Object.create(null)
  let end = uri.length
  for (let at = parts.length - 1; at >= 0; at--) {
    const part = parts[at]
    const from = reached[at]
    if (part === undefined || from === undefined) return undefined
    if (typeof part === 'string') {
      end -= part.length
      continue
    }
    const begin = beginOf(part, { uri, from, end })
    if (!read(part, uri.slice(begin, end), values)) return undefined
    end = begin
  }
  return values
}

function start(length: number): Uint8Array {
  const marks = new Uint8Array(length + 1)
  marks[0] = 1
  return marks
}

function stepLiteral(literal: string, uri: string, from: Uint8Array): Uint8Array {
  const marks = new Uint8Array(uri.length + 1)
  for (let at = uri.indexOf(literal); at >= 0; at = uri.indexOf(literal, at + 1)) {
    if (from[at]) marks[at + literal.length] = 1
  }
  return marks
}

function stepOpen(part: Expression, uri: string, from: Uint8Array): Uint8Array {
  const { first } = operators[part.operator] ?? operators['']
  const takes = charsOf(part)
  const marks = new Uint8Array(uri.length + 1)
  let open = false
  for (let at = 0; at <= uri.length; at++) {
    if (open) marks[at] = 1
    if (from[at - first.length] && uri.startsWith(first, at - first.length)) {
      open = true
      if (first) marks[at] = 1
    }
    // A part with a prefix may be absent as a whole; any other has at least one character.
    if (from[at] && first) marks[at] = 1
    if (!takes(uri.charCodeAt(at))) open = false
  }
  return marks
}

/** The earliest place from which a part can reach `end`. */
function beginOf(
  part: Expression,
  { uri, from, end }: { uri: string; from: Uint8Array; end: number },
): number {
  const { first } = operators[part.operator] ?? operators['']
  const takes = charsOf(part)
  let begin = from[end] && first ? end : -1
  for (let at = end; at >= first.length; at--) {
    const before = at - first.length
    const some = first !== '' || at < end
    if (some && from[before] && uri.startsWith(first, before)) begin = before
    if (!takes(uri.charCodeAt(at - 1))) break
  }
  return begin
}

// Wider than what expanding would write: callers leave characters such as `:` and `@` as they are.
function charsOf({ operator, variables }: Expression): (code: number) => boolean {
  if (operator === '+' || operator === '#') return () => true
  const { separator } = operators[operator] ?? operators['']
  const many = variables.length > 1 || variables.some(({ explode }) => explode)
  const query = operator === '?' || operator === '&'
  const not = new Set(query ? '#&' : operator === ';' ? '/?#;' : '/?#')
  if (many) not.delete(separator)
  const codes = [...not].map((char) => char.charCodeAt(0))
  return (code) => !codes.includes(code)
}

function read(part: Expression, text: string, values: Values): boolean {
  const { first, separator, named } = operators[part.operator] ?? operators['']
  if (first && text === '') return readAbsent(part, values)
  const body = text.slice(first.length)
  return named ? readNamed(part, body.split(separator), values) : readInOrder(part, body, values)
}

// An absent part: its lists are empty, its other variables are not there.
function readAbsent({ operator, variables }: Expression, values: Values): boolean {
  for (const { name, explode } of variables) {
    if (explode) values[name] = []
    else if (operator !== '?' && operator !== '&') values[name] = ''
  }
  return true
}

function readInOrder({ operator, variables }: Expression, body: string, values: Values): boolean {
  const { separator } = operators[operator] ?? operators['']
  const pieces = body.split(separator)
  for (const [at, variable] of variables.entries()) {
    const after = variables.length - 1 - at
    const open = variable.explode || after === 0
    const taken = pieces.splice(0, open ? Math.max(pieces.length - after, 0) : 1)
    const decoded = variable.explode ? decodeAll(taken) : decode(taken.join(separator))
    if (decoded === undefined || !fits(variable, decoded)) return false
    values[variable.name] = decoded
  }
  return true
}

function readNamed({ variables }: Expression, pairs: readonly string[], values: Values): boolean {
  const byName = new Map(variables.map((variable) => [variable.name, variable]))
  for (const { name, explode } of variables) if (explode) values[name] = []
  for (const pair of pairs) {
    const equals = pair.indexOf('=')
    const name = equals < 0 ? pair : pair.slice(0, equals)
    const value = decode(equals < 0 ? '' : pair.slice(equals + 1))
    const variable = byName.get(name)
    if (!variable || value === undefined || !fits(variable, value)) return false
    if (variable.explode) values[name] = [...(values[name] ?? []), value]
    else if (name in values) return false
    else values[name] = value
  }
  return true
}

function fits({ prefix }: Variable, value: string | readonly string[]): boolean {
  return prefix === undefined || [...value].length <= prefix
}

function decodeAll(pieces: readonly string[]): readonly string[] | undefined {
  const decoded = pieces.map(decode)
  return decoded.every((piece) => piece !== undefined) ? decoded : undefined
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
