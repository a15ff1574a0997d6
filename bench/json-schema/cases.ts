/** What is measured: schemas as tools have them, each with a value that fits and one that does not. */

export type Schema = boolean | { readonly [key: string]: unknown }

export interface Case {
  readonly name: string
  readonly schema: Schema
  readonly good: unknown
  readonly bad: unknown
}

const point = { type: 'object', properties: { x: { type: 'number' }, y: { type: 'number' } } }

const twoNumbers: Case = {
  name: 'two numbers',
  schema: {
    type: 'object',
    properties: { a: { type: 'number' }, b: { type: 'number' } },
    required: ['a', 'b'],
  },
  good: { a: 1, b: 2 },
  bad: { a: 1, b: '2' },
}

const search: Case = {
  name: 'search',
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
}

const union: Case = {
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
}

const recursive: Case = {
  name: 'tree of 31',
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
}

const rows: Case = {
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
}

export const cases: readonly Case[] = [twoNumbers, search, union, recursive, rows]

function tree(depth: number): unknown {
  return { name: 'node', children: depth ? [tree(depth - 1), tree(depth - 1)] : [] }
}
