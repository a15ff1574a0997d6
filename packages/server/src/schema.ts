/** The schemas of a definition, made ready once: what is told of them, and how values are checked. */
import {
  compileSchema,
  isObject,
  isStandardSchema,
  type SchemaIssue,
  toJsonSchema,
  type Validated,
  validateWith,
} from '@lutra/core'
import type { InputSchema, JsonObject } from './definition.ts'

export interface ReadySchema {
  readonly json: JsonObject
  readonly check: (value: unknown) => Validated<unknown> | Promise<Validated<unknown>>
}

/** Prepares the schema of arguments; `owner` names them in errors. */
export function readyInput(schema: InputSchema | undefined, owner: string): ReadySchema {
  if (!schema) return noInput
  const ready = prepare(schema, { owner: `the input of ${owner}`, direction: 'input' })
  return { ...ready, json: withObjectRoot(ready.json, owner) }
}

/** Prepares the schema of what a tool gives. */
export function readyOutput(schema: InputSchema, owner: string): ReadySchema {
  return prepare(schema, { owner: `the output of ${owner}`, direction: 'output' })
}

/** What is wrong with a value, a line for each issue, for someone who can mend it. */
export function explain(issues: readonly SchemaIssue[], value: unknown): string {
  const lines = issues.slice(0, maxIssues).map(({ path, message }) => {
    const where = path === '' ? '(the whole)' : path.slice(1)
    return `- ${where.slice(0, 200)}: ${message.slice(0, 500)} (got ${show(at(value, path))})`
  })
  const more = issues.length - lines.length
  return [...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n')
}

const maxIssues = 20

const noInput: ReadySchema = {
  json: Object.freeze({ type: 'object', additionalProperties: false }),
  check(value) {
    const extra = Object.keys(value as object)
    if (extra.length === 0) return { value }
    const message = 'there are no arguments; leave them out'
    return { issues: extra.map((key) => ({ path: `/${toPointer(key)}`, message })) }
  },
}

function prepare(
  schema: InputSchema,
  { owner, direction }: { owner: string; direction: 'input' | 'output' },
): ReadySchema {
  try {
    const json = toJsonSchema(schema, direction)
    if (!isObject(json) || Object.values(json).some(isStandardSchema)) {
      const hint = isObject(json) ? ', not an object of schemas: wrap it, as z.object({ … })' : ''
      throw new TypeError(`Expected a schema library's schema or a JSON Schema${hint}`)
    }
    if (isStandardSchema(schema)) return { json, check: (value) => validateWith(schema, value) }
    const validate = compileSchema(json)
    return {
      json,
      check(value) {
        const issues = validate(value)
        return issues.length === 0 ? { value } : { issues }
      },
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TypeError(`Cannot use ${owner}: ${why}`, { cause })
  }
}

// Arguments are always an object, which a union of objects need not say at its root.
function withObjectRoot(json: JsonObject, owner: string): JsonObject {
  const { type } = json
  if (type === 'object') return json
  if (type === undefined) return { type: 'object', ...json }
  throw new TypeError(
    `Cannot use the input of ${owner}: arguments are an object, so its schema must have type "object", not ${JSON.stringify(type)}`,
  )
}

function at(value: unknown, pointer: string): unknown {
  let here = value
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined
    here = (here as Record<string, unknown>)[key]
  }
  return here
}

function toPointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : String(value)
  return text.slice(0, 70)
}
