/**
 * Compares JSON Schema validators: time to compile and to validate, as ratios in one run.
 * `npx tsx bench/json-schema.ts`. Validators that are not dependencies here join in when installed:
 * `npm install --no-save @exodus/schemasafe @hyperjump/json-schema json-schema-library`.
 */
import { compileSchema } from '@lutra/core/validate'

type Test = (value: unknown) => boolean
type Schema = { readonly [key: string]: unknown }
type Compile = (schema: Schema) => Test | Promise<Test>

interface Case {
  readonly name: string
  readonly schema: Schema
  readonly good: unknown
  readonly bad: unknown
}

const point = { type: 'object', properties: { x: { type: 'number' }, y: { type: 'number' } } }

const cases: readonly Case[] = [
  {
    name: 'two arguments',
    schema: {
      type: 'object',
      properties: { a: { type: 'number' }, b: { type: 'number' } },
      required: ['a', 'b'],
    },
    good: { a: 1, b: 2 },
    bad: { a: 1, b: '2' },
  },
  {
    name: 'search arguments',
    schema: {
      type: 'object',
      properties: {
        query: { type: 'string', minLength: 1, maxLength: 500 },
        limit: { type: 'integer', minimum: 1, maximum: 100 },
        sort: { enum: ['relevance', 'date', 'author'] },
        tags: { type: 'array', items: { type: 'string', pattern: '^[a-z-]+$' }, maxItems: 20 },
        range: {
          type: 'object',
          properties: { from: { type: 'string' }, to: { type: 'string' } },
          required: ['from'],
          additionalProperties: false,
        },
      },
      required: ['query'],
      additionalProperties: false,
    },
    good: {
      query: 'otters',
      limit: 10,
      sort: 'date',
      tags: ['river', 'sea'],
      range: { from: '2026' },
    },
    bad: {
      query: 'otters',
      limit: 10,
      sort: 'date',
      tags: ['river', 'SEA'],
      range: { from: '2026' },
    },
  },
  {
    name: 'union',
    schema: {
      oneOf: ['circle', 'square', 'polygon'].map((kind) => ({
        type: 'object',
        properties: { kind: { const: kind }, at: point, size: { type: 'number' } },
        required: ['kind', 'at'],
      })),
    },
    good: { kind: 'polygon', at: { x: 1, y: 2 }, size: 3 },
    bad: { kind: 'triangle', at: { x: 1, y: 2 }, size: 3 },
  },
  {
    name: 'tree by $ref',
    schema: {
      $ref: '#/$defs/node',
      $defs: {
        node: {
          type: 'object',
          properties: {
            name: { type: 'string' },
            children: { type: 'array', items: { $ref: '#/$defs/node' } },
          },
          required: ['name'],
          unevaluatedProperties: false,
        },
      },
    },
    good: tree(4),
    bad: { name: 'root', children: [{ name: 'leaf' }, { nom: 'leaf' }] },
  },
  {
    name: '1,000 rows',
    schema: {
      type: 'array',
      items: {
        type: 'object',
        properties: { id: { type: 'integer' }, name: { type: 'string' }, ok: { type: 'boolean' } },
        required: ['id', 'name'],
        additionalProperties: false,
      },
    },
    good: Array.from({ length: 1000 }, (_, id) => ({ id, name: `row ${id}`, ok: true })),
    bad: Array.from({ length: 1000 }, (_, id) => ({ id, name: id === 999 ? 0 : 'row', ok: true })),
  },
]

function tree(depth: number): unknown {
  return { name: 'node', children: depth ? [tree(depth - 1), tree(depth - 1)] : [] }
}

const draft = 'https://json-schema.org/draft/2020-12/schema'
const optional: (name: string) => Promise<Record<string, never>> = (name) => import(name)

const validators: Readonly<Record<string, () => Promise<Compile>>> = {
  lutra: async () => (schema) => {
    const validate = compileSchema(schema)
    return (value) => validate(value).length === 0
  },
  'ajv (generates code)': async () => {
    const { Ajv2020 } = await import('ajv/dist/2020.js')
    return (schema) => {
      const validate = new Ajv2020({ strict: false, allErrors: false }).compile(schema)
      return (value) => validate(value) === true
    }
  },
  '@cfworker/json-schema': async () => {
    const { Validator } = await import('@cfworker/json-schema')
    return (schema) => {
      const validator = new Validator(schema, '2020-12')
      return (value) => validator.validate(value).valid
    }
  },
  '@exodus/schemasafe (generates code)': async () => {
    const { validator } = (await optional('@exodus/schemasafe')) as unknown as {
      validator: (schema: Schema, options: object) => Test
    }
    return (schema) => validator(schema, { mode: 'spec', $schemaDefault: draft })
  },
  '@hyperjump/json-schema': async () => {
    const module = (await optional('@hyperjump/json-schema/draft-2020-12')) as unknown as {
      registerSchema: (schema: Schema, uri: string, dialect: string) => void
      validate: (uri: string) => Promise<(value: unknown) => { valid: boolean }>
    }
    let count = 0
    return async (schema) => {
      const uri = `https://bench.example/${count++}`
      module.registerSchema(schema, uri, draft)
      const validate = await module.validate(uri)
      return (value) => validate(value).valid
    }
  },
  'json-schema-library': async () => {
    const { compileSchema: compile } = (await optional('json-schema-library')) as unknown as {
      compileSchema: (schema: Schema) => { validate: (value: unknown) => { valid: boolean } }
    }
    return (schema) => {
      const node = compile({ $schema: draft, ...schema })
      return (value) => node.validate(value).valid
    }
  },
}

async function main(): Promise<void> {
  const rows: Record<string, Record<string, string>> = {}
  const ours: Record<string, number> = {}
  for (const [name, load] of Object.entries(validators)) {
    const compile = await load().catch(() => undefined)
    if (!compile) {
      console.log(`${name}: not installed`)
      continue
    }
    const row: Record<string, string> = {}
    for (const one of cases) {
      const test = await compile(one.schema)
      const right = test(one.good) && !test(one.bad)
      const times = [
        time(() => test(one.good)),
        time(() => test(one.bad)),
        await timeOf(compile, one),
      ]
      for (const [index, what] of ['good', 'bad', 'compile'].entries()) {
        const column = `${one.name}: ${what}`
        const nanoseconds = times[index] ?? 0
        ours[column] ??= nanoseconds
        const ratio = nanoseconds / ours[column]
        row[column] = `${print(nanoseconds)} (×${ratio.toPrecision(2)})${right ? '' : ' WRONG'}`
      }
    }
    rows[name] = row
  }
  for (const column of Object.keys(ours)) {
    console.log(`\n${column}`)
    for (const [name, row] of Object.entries(rows))
      console.log(`  ${name.padEnd(36)} ${row[column]}`)
  }
}

/** The best of several rounds, in nanoseconds for each call. */
function time(call: () => unknown): number {
  let rounds = 1
  while (elapsed(call, rounds) < 20) rounds *= 2
  const best = Math.min(...Array.from({ length: 5 }, () => elapsed(call, rounds)))
  return (best * 1e6) / rounds
}

function elapsed(call: () => unknown, rounds: number): number {
  const start = performance.now()
  for (let round = 0; round < rounds; round++) call()
  return performance.now() - start
}

async function timeOf(compile: Compile, { schema }: Case): Promise<number> {
  const start = performance.now()
  for (let round = 0; round < 50; round++) await compile(schema)
  return ((performance.now() - start) * 1e6) / 50
}

const print = (nanoseconds: number): string =>
  nanoseconds > 1e6
    ? `${(nanoseconds / 1e6).toPrecision(3)} ms`
    : nanoseconds > 1e3
      ? `${(nanoseconds / 1e3).toPrecision(3)} µs`
      : `${nanoseconds.toFixed(0)} ns`

await main()
