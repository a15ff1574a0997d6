import type { ToolDescription } from '@lutra/core'
import type { Output } from '../terminal/output.ts'
import { safeLine } from '../terminal/safe-text.ts'
import { alignRows, tabRows } from '../terminal/table.ts'
import { propertiesOf, propertyOf, requiredOf, typesOf } from '../values/schema.ts'
import { type Item, type Kind, keyOf } from './kinds.ts'

export interface Found {
  readonly kind: Kind
  readonly items: readonly Item[]
}

/** Prints lists: with headings on a terminal, with the kind as the first part of each line elsewhere, unless there is one alone. */
export function printFound(found: readonly Found[], output: Output): void {
  const { terminal, width } = output
  if (!terminal) {
    for (const { kind, items } of found) {
      const first = found.length > 1 ? [kind.word.replace(/s$/, '')] : []
      for (const line of tabRows(items.map((item) => [...first, ...rowOf(item)])))
        output.print(line)
    }
    return
  }
  for (const [at, { kind, items }] of found.entries()) {
    output.print('', `${at > 0 ? '\n' : ''}${kind.title} (${items.length})`)
    for (const line of alignRows(items.map(rowOf), ['whole', 'end', 'end'], width))
      output.print(line)
  }
  if (found.length === 0) output.print('The server offers nothing')
}

/** Prints all about one tool. */
export function printTool(tool: ToolDescription, output: Output): void {
  const { name, title, description, inputSchema, outputSchema, annotations = {} } = tool
  output.print('', safeLine(title ? `${name}: ${title}` : name))
  if (description) output.print(description)
  const rows = propertiesOf(inputSchema).map((key) => {
    const schema = propertyOf(inputSchema, key) ?? {}
    const needed = requiredOf(inputSchema).has(key) ? 'required' : ''
    const type = [...typesOf(schema)].join(' or ')
    return [key, type, needed, String(schema['description'] ?? '')]
  })
  if (rows.length > 0) {
    output.print('', '\nArguments')
    const width = output.terminal ? output.width : Number.MAX_SAFE_INTEGER
    for (const line of alignRows(rows, ['whole', 'end', 'whole', 'wrap'], width)) output.print(line)
  }
  const hints = Object.entries(annotations).flatMap(([key, value]) => (value === true ? [key] : []))
  if (hints.length > 0) output.print(` ${safeLine(hints.join(', '))}`, '\nThe server says')
  if (outputSchema) {
    output.print(`\n${JSON.stringify(outputSchema, null, 2)}`, '\nGives')
  }
}

function rowOf(item: Item): readonly string[] {
  const about = item.description ?? item.title ?? ''
  if ('inputSchema' in item) return [item.name, signatureOf(item.inputSchema), about]
  if ('uri' in item || 'uriTemplate' in item)
    return [keyOf(item), item.mimeType ?? '', about || item.name]
  const given = 'arguments' in item && Array.isArray(item.arguments) ? item.arguments : []
  const words = given.map(({ name, required }) => (required ? `${name}=` : `[${name}=]`))
  return [item.name, words.join(' '), about]
}

/** The arguments of a tool as one types them: `city= [days=]`. */
function signatureOf(schema: ToolDescription['inputSchema']): string {
  const required = requiredOf(schema)
  return propertiesOf(schema)
    .map((name) => (required.has(name) ? `${name}=` : `[${name}=]`))
    .join(' ')
}
