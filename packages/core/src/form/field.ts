/** The fields of a form. See /specification/2026-07-28/client/elicitation#requested-schema */

/** What a form asks for, as it stands on the wire in `requestedSchema`. */
export interface Form {
  readonly type: 'object'
  readonly properties: Readonly<Record<string, Field>>
  readonly required?: readonly string[]
}

/** One thing that a form asks for. */
export type Field = TextField | NumberField | BooleanField | ChoiceField | ChoicesField

interface Labels {
  readonly title?: string
  readonly description?: string
}

export interface TextField extends Labels {
  readonly type: 'string'
  readonly minLength?: number
  readonly maxLength?: number
  readonly format?: TextFormat
  readonly default?: string
}

export type TextFormat = 'email' | 'uri' | 'date' | 'date-time'

export interface NumberField extends Labels {
  readonly type: 'number' | 'integer'
  readonly minimum?: number
  readonly maximum?: number
  readonly default?: number
}

export interface BooleanField extends Labels {
  readonly type: 'boolean'
  readonly default?: boolean
}

/** One of several values: bare in `enum`, or with titles in `oneOf`. */
export type ChoiceField = Labels & { readonly type: 'string'; readonly default?: string } & (
    | {
        readonly enum: readonly string[] /** Titles, in the way of older revisions. */
        readonly enumNames?: readonly string[]
      }
    | { readonly oneOf: readonly FieldOption[] }
  )

/** Any of several values. */
export interface ChoicesField extends Labels {
  readonly type: 'array'
  readonly minItems?: number
  readonly maxItems?: number
  readonly items:
    | { readonly type: 'string'; readonly enum: readonly string[] }
    | { readonly anyOf: readonly FieldOption[] }
  readonly default?: readonly string[]
}

/** A value to choose and what a person reads for it. */
export interface FieldOption {
  readonly const: string
  readonly title: string
}

/** The values to choose from, of a field that offers any. */
export function optionsOf(field: Field): readonly FieldOption[] | undefined {
  if ('oneOf' in field) return field.oneOf
  if ('enum' in field)
    return field.enum.map((value, at) => ({ const: value, title: field.enumNames?.[at] ?? value }))
  if (field.type !== 'array') return undefined
  return 'anyOf' in field.items ? field.items.anyOf : field.items.enum.map(untitled)
}

function untitled(value: string): FieldOption {
  return { const: value, title: value }
}
