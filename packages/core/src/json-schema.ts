/**
 * JSON Schema as the protocol uses it: dialect 2020-12 unless `$schema` names another one.
 * See /specification/2026-07-28/basic/index#json-schema-usage
 */

/** A JSON Schema document or subschema, as it travels in `inputSchema` and `outputSchema`. */
export type JsonSchema = boolean | { readonly [key: string]: unknown }

/** Bounds that keep a hostile schema, or hostile data, from costing more than it is worth. */
export interface SchemaLimits {
  /** How deep subschemas may nest in a schema (128). */
  readonly maxDepth?: number
  /** How many subschemas a schema may have, those it refers to included (10,000). */
  readonly maxSubschemas?: number
  /** How deep a value is followed through recursive references and comparisons (256). */
  readonly maxDataDepth?: number
  /** How many violations one validation reports (20). */
  readonly maxErrors?: number
  /** How long one validation may take before the value is refused (1,000 ms). */
  readonly maxMillis?: number
  /** How many characters a regular expression may have (2,000). */
  readonly maxPatternLength?: number
}

/** The dialects that `$schema` may name; a schema without `$schema` is in the first. */
export const schemaDialects: readonly string[] = [
  'https://json-schema.org/draft/2020-12/schema',
  'https://json-schema.org/draft/2019-09/schema',
  'http://json-schema.org/draft-07/schema#',
]

/** A schema that cannot be used: malformed, in an unknown dialect, unresolvable or out of bounds. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError'
}
