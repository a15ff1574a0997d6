/** The two shapes that matter most here. */
import type { JsonSchema } from '../json-schema.ts'

export type Members = { readonly [key: string]: unknown }

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'boolean' || isMembers(value)
}
