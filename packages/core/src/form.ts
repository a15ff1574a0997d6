/** Forms: the flat schemas that one may ask a person to fill in. See /specification/2026-07-28/client/elicitation#requested-schema */
import { invalidParams } from './error.ts'
import { checkField } from './form/check-field.ts'
import type { Form } from './form/field.ts'
import { readForm } from './form/read-form.ts'
import { isObject } from './message.ts'
import type { ElicitValue } from './shapes.ts'
import { type SchemaIssue, type StandardSchema, toJsonSchema } from './standard-schema.ts'

/** The values of a filled-in form. */
export type FormContent = Readonly<Record<string, ElicitValue>>

/** The form that asks for what a schema takes; throws `TypeError` naming the property that no form can ask for. */
export function toForm(schema: StandardSchema | Readonly<Record<string, unknown>>): Form {
  return readForm(toJsonSchema(schema, 'input'), { strict: true })
}

/** Reads a form that a server asks to have filled in, without what forms do not know; throws `RpcError` -32602 naming what is off. */
export function parseForm(value: unknown): Form {
  try {
    return readForm(value, { strict: false })
  } catch (error) {
    if (error instanceof TypeError) throw invalidParams(`Invalid requestedSchema: ${error.message}`)
    throw error
  }
}

/** What is wrong with the content of an answer; nothing where it fits. Values that were not asked for are not looked at. */
export function checkAnswer(form: Form, content: unknown): readonly SchemaIssue[] {
  if (!isObject(content)) return [{ path: '', message: 'expected an object of values' }]
  const required = new Set(form.required)
  return Object.entries(form.properties).flatMap(([name, field]) => {
    const given = Object.hasOwn(content, name)
    const missing = required.has(name) ? 'is required' : undefined
    const message = given ? checkField(field, content[name]) : missing
    return message === undefined ? [] : [{ path: pointer(name), message }]
  })
}

/** The values that a form starts with: what is given, and the defaults for the rest. */
export function withDefaults(form: Form, content: FormContent = {}): FormContent {
  const defaults = Object.entries(form.properties).flatMap(([name, field]) =>
    field.default === undefined ? [] : [[name, field.default] as const],
  )
  return Object.fromEntries([...defaults, ...Object.entries(content)])
}

/** Of an answer's content, what the form asks for. */
export function pickAnswer(form: Form, content: Readonly<Record<string, unknown>>): FormContent {
  const asked = Object.entries(content).filter(([name]) => Object.hasOwn(form.properties, name))
  return Object.fromEntries(asked) as FormContent
}

function pointer(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}
