import { isObject } from '../message.ts'
import type { Form } from './field.ts'
import { type ReadOptions, readField } from './read-field.ts'

/** A schema as a form; throws `TypeError` naming the property that no form can ask for. */
export function readForm(schema: unknown, options: ReadOptions): Form {
  if (!isObject(schema) || schema['type'] !== 'object' || !isObject(schema['properties'])) {
    throw new TypeError('A form needs a schema of type "object" with properties')
  }
  const other = Object.keys(schema).find((keyword) => !rootKeywords.has(keyword))
  if (options.strict && other !== undefined) {
    throw new TypeError(`A form has no "${other}": it is a flat object of properties`)
  }
  const properties = Object.entries(schema['properties'])
  if (properties.length > maxProperties) {
    throw new TypeError(`A form may ask for ${maxProperties} things at most`)
  }
  const fields = properties.map(([name, property]) => {
    try {
      return [name, readField(resolve(property, schema), options)] as const
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new TypeError(`A form cannot ask for "${name.slice(0, 100)}": ${why}`, { cause })
    }
  })
  const required = readRequired(schema['required'], schema['properties'])
  const form = { type: 'object', properties: Object.fromEntries(fields) } as const
  return required.length > 0 ? { ...form, required } : form
}

const maxProperties = 200

// Of the root, what says nothing that the properties do not say. Undeclared values of an answer are dropped anyway.
const rootKeywords: ReadonlySet<string> = new Set([
  'type',
  'properties',
  'required',
  'additionalProperties',
  '$schema',
  '$id',
  'id',
  '$defs',
  'definitions',
  '$comment',
  'title',
  'description',
  'default',
  'examples',
])

function readRequired(
  names: unknown,
  properties: Readonly<Record<string, unknown>>,
): readonly string[] {
  if (names === undefined) return []
  if (!Array.isArray(names)) throw new TypeError('Expected "required" to be a list of names')
  return names.map((name) => {
    if (typeof name === 'string' && Object.hasOwn(properties, name)) return name
    throw new TypeError(`The form requires "${String(name).slice(0, 100)}" but does not ask for it`)
  })
}

// Libraries put a schema that has a name of its own beside the properties and refer to it.
function resolve(property: unknown, root: Readonly<Record<string, unknown>>): unknown {
  if (!isObject(property) || typeof property['$ref'] !== 'string') return property
  const { $ref, ...rest } = property
  const [, home, name] = /^#\/(\$defs|definitions)\/([^/~%]+)$/.exec(String($ref)) ?? []
  const named = home && isObject(root[home]) ? root[home] : {}
  const target = name && Object.hasOwn(named, name) ? named[name] : undefined
  return isObject(target) ? { ...target, ...rest } : property
}
