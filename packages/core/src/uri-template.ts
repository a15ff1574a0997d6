/** URI templates. See RFC 6570 and /specification/2026-07-28/server/resources#resource-templates */
import { isObject } from './message.ts'
import { matchParts } from './uri-template/match.ts'
import { operators, parseParts, type Variable } from './uri-template/parse.ts'

/** Values of the variables of a template, by name. */
export type TemplateValues = Readonly<Record<string, unknown>>

export interface UriTemplate {
  readonly template: string
  /** The names of its variables, in their order. */
  readonly names: readonly string[]
  /** Fills the template in; variables that are undefined, null or empty lists leave nothing. */
  expand(values: TemplateValues): string
  /** The values that lead to this URI, decoded, or undefined where none do. Takes time linear in the length of the URI. */
  match(uri: string): Readonly<Record<string, string | readonly string[]>> | undefined
}

/** Reads a template of any RFC 6570 level; throws `TypeError` that says what is off. */
export function parseTemplate(template: string): UriTemplate {
  const parts = parseParts(template)
  const names = parts.flatMap((part) =>
    typeof part === 'string' ? [] : part.variables.map(({ name }) => name),
  )
  return {
    template,
    names,
    expand: (values) =>
      parts
        .map((part) =>
          typeof part === 'string' ? part : expand(part.operator, part.variables, values),
        )
        .join(''),
    match: (uri) => matchParts(parts, uri),
  }
}

function expand(operator: string, variables: readonly Variable[], values: TemplateValues): string {
  const { first, separator, named, ifEmpty, reserved } = operators[operator] ?? operators['']
  const encode = reserved ? encodeReserved : encodeStrict
  const pair = (name: string, value: string) => (value ? `${name}=${value}` : `${name}${ifEmpty}`)
  const filled = variables.flatMap((variable) => {
    const { name, explode, prefix } = variable
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (value === undefined || value === null) return []
    if (Array.isArray(value) || isObject(value)) {
      const items = itemsOf(value, explode, encode)
      if (items.length === 0) return []
      if (!explode) return named ? pair(name, items.join(',')) : items.join(',')
      return named && Array.isArray(value)
        ? items.map((item) => pair(name, item)).join(separator)
        : items.join(separator)
    }
    const text = String(value)
    const shown = encode(prefix === undefined ? text : [...text].slice(0, prefix).join(''))
    return named ? pair(name, shown) : shown
  })
  return filled.length === 0 ? '' : first + filled.join(separator)
}

function itemsOf(
  value: readonly unknown[] | Record<string, unknown>,
  explode: boolean,
  encode: (text: string) => string,
): string[] {
  const given = (item: unknown) => item !== undefined && item !== null
  if (Array.isArray(value)) return value.filter(given).map((item) => encode(String(item)))
  const entries = Object.entries(value).filter(([, item]) => given(item))
  return entries.flatMap(([key, item]) =>
    explode ? [`${encode(key)}=${encode(String(item))}`] : [encode(key), encode(String(item))],
  )
}

function encodeStrict(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

// Reserved characters stay, and so does what is percent-encoded already.
function encodeReserved(text: string): string {
  return text
    .split(/(%[0-9A-Fa-f]{2}|[:/?#[\]@!$&'()*+,;=]+)/)
    .map((piece, at) => (at % 2 === 1 ? piece : encodeStrict(piece)))
    .join('')
}
