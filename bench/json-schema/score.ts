/** How many required tests of the official 2020-12 suite a validator passes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Schema } from './cases.ts'
import type { Compile, Verdict } from './validators.ts'

interface Group {
  readonly schema: Schema
  readonly tests: readonly { readonly data: unknown; readonly valid: boolean }[]
}

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url))
const suite =
  process.env['JSON_SCHEMA_TEST_SUITE'] ?? join(modules, '.cache', 'json-schema-test-suite')

/** Undefined where there is no suite: `npx tsx scripts/json-schema-suite.ts` brings it. */
export async function scoreOf(compile: Compile): Promise<string | undefined> {
  if (!existsSync(suite)) return undefined
  const documents = readDocuments()
  let passed = 0
  let all = 0
  for (const file of readJson(join(suite, 'tests/draft2020-12'), false)) {
    for (const { schema, tests } of read<Group[]>(suite, 'tests/draft2020-12', file)) {
      const verdict = await verdictOf(() => compile(schema, referredTo(schema, documents)))
      for (const { data, valid } of tests) {
        all++
        if (verdict(data) === valid) passed++
      }
    }
  }
  return `${passed} of ${all}`
}

async function verdictOf(
  compile: () => Verdict | Promise<Verdict>,
): Promise<(value: unknown) => boolean | undefined> {
  const verdict = await Promise.resolve()
    .then(compile)
    .catch(() => undefined)
  return (value) => {
    try {
      return verdict?.(value)
    } catch {
      return undefined
    }
  }
}

/** All of them where any is named: some validators choke on those of other dialects. */
function referredTo(schema: Schema, documents: Map<string, Schema>) {
  return /localhost:1234|json-schema\.org\/draft/.test(
    JSON.stringify(schema).replace(/"\$schema":"https:[^"]*"/, ''),
  )
    ? documents
    : new Map<string, Schema>()
}

function readDocuments(): Map<string, Schema> {
  const documents = new Map<string, Schema>()
  const remotes = join(suite, 'remotes')
  for (const path of readJson(remotes, true)) {
    // Only those of the dialect: the others say `$schema` or nothing.
    if (/^(draft(3|4|6|7|2019|-next)|v1)/.test(path)) continue
    documents.set(`http://localhost:1234/${path}`, read(remotes, path))
  }
  const metaschemas = join(modules, 'ajv/dist/refs/json-schema-2020-12')
  for (const path of readJson(metaschemas, true)) {
    documents.set(
      `https://json-schema.org/draft/2020-12/${path.slice(0, -5)}`,
      read(metaschemas, path),
    )
  }
  return documents
}

function readJson(folder: string, recursive: boolean): string[] {
  const paths = readdirSync(folder, { recursive, encoding: 'utf8' })
  return paths.filter((path) => path.endsWith('.json'))
}

function read<T>(...path: readonly string[]): T {
  return JSON.parse(readFileSync(join(...path), 'utf8')) as T
}
