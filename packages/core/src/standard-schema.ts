/** Schemas of any library, by the interfaces that they share. See https://standardschema.dev */

/** A schema of a library that implements Standard Schema: zod, valibot, arktype and others. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
    /** Present where the library also tells its schema as JSON Schema. */
    readonly jsonSchema?: {
      readonly input: (options: { readonly target: string }) => Record<string, unknown>
      readonly output: (options: { readonly target: string }) => Record<string, unknown>
    }
  }
}

type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] }

interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** What a schema takes. */
export type InputOf<S extends StandardSchema> = NonNullable<S['~standard']['types']>['input']

/** What a schema gives for a value that it has taken: defaults filled in, transforms applied. */
export type OutputOf<S extends StandardSchema> = NonNullable<S['~standard']['types']>['output']

/** Tells a library's schema from a JSON Schema. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  // The schemas of some libraries are functions.
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  const standard: unknown = Reflect.get(value, '~standard')
  return (
    typeof standard === 'object' &&
    standard !== null &&
    typeof Reflect.get(standard, 'validate') === 'function'
  )
}

/** The JSON Schema (2020-12) of what a schema takes or gives; throws `TypeError` where the library cannot tell it. */
export function toJsonSchema(
  schema: StandardSchema | Readonly<Record<string, unknown>>,
  direction: 'input' | 'output',
): Readonly<Record<string, unknown>> {
  if (!isStandardSchema(schema)) return schema
  const { jsonSchema, vendor } = schema['~standard']
  if (!jsonSchema) {
    const help = helps.get(vendor) ?? 'use a version that implements Standard JSON Schema'
    throw new TypeError(`This ${vendor} schema cannot be told as JSON Schema: ${help}`)
  }
  return withoutDialect(convert(() => jsonSchema[direction]({ target: 'draft-2020-12' }), vendor))
}

/** One way in which a value fails its schema. */
export interface SchemaIssue {
  /** JSON pointer into the value; empty for the value itself. */
  readonly path: string
  readonly message: string
}

export type Validated<T> =
  | { readonly value: T; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

/** Checks a value with a library's schema; at once where the library can. */
export function validateWith<Output>(
  schema: StandardSchema<unknown, Output>,
  value: unknown,
): Validated<Output> | Promise<Validated<Output>> {
  const result = schema['~standard'].validate(value)
  return result instanceof Promise ? result.then(readResult) : readResult(result)
}

const helps: ReadonlyMap<string, string> = new Map([
  ['valibot', 'wrap it in toStandardJsonSchema() from @valibot/to-json-schema'],
  ['zod', 'use zod 4.2 or later'],
  ['arktype', 'use arktype 2.1.28 or later'],
])

function convert(
  tell: () => Record<string, unknown>,
  vendor: string,
): Readonly<Record<string, unknown>> {
  try {
    return tell()
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TypeError(`This ${vendor} schema cannot be told as JSON Schema: ${why}`, { cause })
  }
}

// 2020-12 is what a schema without a dialect is in: saying so on every schema of a list is only weight.
function withoutDialect(schema: Readonly<Record<string, unknown>>) {
  const { $schema, ...rest } = schema
  return $schema === 'https://json-schema.org/draft/2020-12/schema' ? rest : schema
}

function readResult<T>(result: StandardResult<T>): Validated<T> {
  if (!result.issues) return { value: result.value }
  return {
    issues: result.issues.map(({ path = [], message }) => ({ path: pointer(path), message })),
  }
}

function pointer(path: NonNullable<StandardIssue['path']>): string {
  const keys = path.map((step) => String(typeof step === 'object' ? step.key : step))
  return keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
