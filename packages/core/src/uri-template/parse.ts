/** What one RFC 6570 operator does; the table of its appendix A. */
export interface Operator {
  readonly first: string
  readonly separator: string
  /** Written as `name=value`. */
  readonly named: boolean
  /** What follows the name of an empty value. */
  readonly ifEmpty: '' | '='
  /** Reserved characters stay as they are. */
  readonly reserved: boolean
}

export interface Variable {
  readonly name: string
  readonly explode: boolean
  readonly prefix?: number
}

export interface Expression {
  readonly operator: string
  readonly variables: readonly Variable[]
}

/** Literal text, already encoded, or an expression. */
export type Part = string | Expression

const simple: Operator = { first: '', separator: ',', named: false, ifEmpty: '', reserved: false }

export const operators: Readonly<Record<string, Operator>> & { readonly '': Operator } = {
  '': simple,
  '+': { ...simple, reserved: true },
  '#': { ...simple, first: '#', reserved: true },
  '.': { ...simple, first: '.', separator: '.' },
  '/': { ...simple, first: '/', separator: '/' },
  ';': { ...simple, first: ';', separator: ';', named: true },
  '?': { first: '?', separator: '&', named: true, ifEmpty: '=', reserved: false },
  '&': { first: '&', separator: '&', named: true, ifEmpty: '=', reserved: false },
}

/** Splits a template into literals and expressions; throws `TypeError` that says what is off. */
export function parseParts(template: string): readonly Part[] {
  if (template.length > maxLength) throw wrong(template, `is longer than ${maxLength} characters`)
  const parts: Part[] = []
  const names = new Set<string>()
  let at = 0
  while (at < template.length) {
    const open = template.indexOf('{', at)
    const literal = template.slice(at, open < 0 ? undefined : open)
    if (literal.includes('}')) throw wrong(template, 'has a "}" without a "{"')
    if (literal) parts.push(encodeLiteral(literal))
    if (open < 0) break
    const close = template.indexOf('}', open)
    if (close < 0) throw wrong(template, 'has a "{" without a "}"')
    const expression = parseExpression(template, template.slice(open + 1, close))
    for (const { name } of expression.variables) {
      if (names.has(name)) throw wrong(template, `has two variables named "${name}"`)
      names.add(name)
    }
    parts.push(expression)
    at = close + 1
  }
  return parts
}

const maxLength = 4096
const variableForm =
  /^((?:\w|%[0-9A-Fa-f]{2})(?:\.?(?:\w|%[0-9A-Fa-f]{2}))*)(?:(\*)|:([1-9]\d{0,3}))?$/

function parseExpression(template: string, inner: string): Expression {
  const head = inner.charAt(0)
  if ('=,!@|'.includes(head) && head) throw wrong(template, `uses the reserved operator "${head}"`)
  const operator = head in operators ? head : ''
  const variables = inner
    .slice(operator.length)
    .split(',')
    .map((text): Variable => {
      const [, name, explode, prefix] = variableForm.exec(text) ?? []
      if (name === undefined) throw wrong(template, `has a malformed variable in {${inner}}`)
      const base = { name, explode: explode === '*' }
      return prefix === undefined ? base : { ...base, prefix: Number(prefix) }
    })
  return { operator, variables }
}

// What may not stand in a URI is encoded once, here, so that expanding and matching see the same text.
function encodeLiteral(literal: string): string {
  return literal.toWellFormed().replace(/[^\x21-\x7e]|["<>\\^`|]/gu, encodeURIComponent)
}

function wrong(template: string, what: string): TypeError {
  return new TypeError(`The URI template ${JSON.stringify(template.slice(0, 200))} ${what}`)
}
