/** The validators that are compared, behind one shape. */
import { compileSchema } from '@lutra/core'
import type { Schema } from './cases.ts'

export type Verdict = (value: unknown) => boolean

/** Prepares a schema; `documents` are those it may refer to. */
export type Compile = (
  schema: Schema,
  documents?: ReadonlyMap<string, Schema>,
) => Verdict | Promise<Verdict>

const draft = 'https://json-schema.org/draft/2020-12/schema'

// Imported by a name in a variable: they are here only if somebody installed them.
const optional = async (name: string): Promise<Record<string, CallableFunction>> => import(name)

/** Each loads its package, and rejects if it is not installed. */
export const validators: Readonly<Record<string, () => Promise<Compile>>> = {
  lutra: async () => (schema, documents) => {
    const validate = compileSchema(schema, documents ? { documents } : {})
    return (value) => validate(value).length === 0
  },
  'ajv (generates code)': ajv,
  '@cfworker/json-schema': cfworker,
  '@exodus/schemasafe (generates code)': schemasafe,
  '@hyperjump/json-schema': hyperjump,
  'json-schema-library': library,
}

async function ajv(): Promise<Compile> {
  const { Ajv2020 } = await import('ajv/dist/2020.js')
  return (schema, documents = new Map()) => {
    const instance = new Ajv2020({ strict: false, validateFormats: false, logger: false })
    for (const [uri, document] of documents) {
      if (!uri.startsWith(draft.slice(0, -6))) instance.addSchema(Object(document), uri)
    }
    const validate = instance.compile(schema)
    return (value) => validate(value) === true
  }
}

async function cfworker(): Promise<Compile> {
  const { Validator } = await import('@cfworker/json-schema')
  return (schema, documents = new Map()) => {
    const validator = new Validator(schema, '2020-12')
    for (const [uri, document] of documents) validator.addSchema(Object(document), uri)
    return (value) => validator.validate(value).valid
  }
}

async function schemasafe(): Promise<Compile> {
  const { validator } = await optional('@exodus/schemasafe')
  const options = { mode: 'spec', $schemaDefault: draft, formatAssertion: false }
  return (schema, documents = new Map()) => validator?.(schema, { ...options, schemas: documents })
}

async function hyperjump(): Promise<Compile> {
  const { registerSchema, unregisterSchema, validate } = await optional(
    '@hyperjump/json-schema/draft-2020-12',
  )
  let count = 0
  return async (schema, documents = new Map()) => {
    const uri = `https://bench.example/${count++}`
    const registered = [...documents, [uri, schema] as const].filter(([name]) => !known(name))
    for (const [name, document] of registered)
      registerSchema?.(structuredClone(document), name, draft)
    try {
      const verdict = await validate?.(uri)
      return (value) => verdict(value).valid
    } finally {
      for (const [name] of registered) unregisterSchema?.(name)
    }
  }
  function known(name: string): boolean {
    return name.startsWith(draft.slice(0, -6))
  }
}

async function library(): Promise<Compile> {
  const { compileSchema: compile } = await optional('json-schema-library')
  return (schema, documents = new Map()) => {
    let remote: { addRemoteSchema: CallableFunction } | undefined
    for (const [uri, document] of documents) {
      if (remote) remote.addRemoteSchema(uri, document)
      else remote = compile?.({ $schema: draft, $id: uri, ...Object(document) })
    }
    const named = typeof schema === 'object' ? { $schema: draft, ...schema } : schema
    const node = compile?.(named, { remote })
    return (value) => node.validate(value).valid
  }
}
