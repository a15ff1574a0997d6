import { compileSchema, type StandardSchema } from '@lutra/core'
import type { JsonObject } from './definition.ts'

/** A JSON Schema (2020-12) with the type that its values have, which you vouch for: `fromJsonSchema<Args>({ … })`. */
export function fromJsonSchema<T>(schema: JsonObject): StandardSchema<T> {
  const check = compileSchema(schema)
  const tell = () => ({ ...schema })
  return {
    '~standard': {
      version: 1,
      vendor: 'json-schema',
      jsonSchema: { input: tell, output: tell },
      validate(value) {
        const violations = check(value)
        if (violations.length === 0) return { value: value as T }
        return {
          issues: violations.map(({ path, message }) => ({ message, path: keysOf(path) })),
        }
      },
    },
  }
}

function keysOf(pointer: string): readonly string[] {
  const keys = pointer.split('/').slice(1)
  return keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
}
