/** The official JSON Schema test suite; `npx tsx scripts/json-schema-suite.ts` brings it here. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { JsonSchema } from '../json-schema.ts'
import { compileSchema } from '../validate.ts'
import { suiteExceptions } from './suite-exceptions.ts'

interface Group {
  readonly description: string
  readonly schema: JsonSchema
  readonly tests: readonly { description: string; data: unknown; valid: boolean }[]
}

const modules = fileURLToPath(new URL('../../../../node_modules', import.meta.url))
const suite =
  process.env['JSON_SCHEMA_TEST_SUITE'] ?? join(modules, '.cache', 'json-schema-test-suite')
const skip = existsSync(suite) ? false : 'no suite: run `npx tsx scripts/json-schema-suite.ts`'

const dialects = {
  'draft2020-12': 'https://json-schema.org/draft/2020-12/schema',
  'draft2019-09': 'https://json-schema.org/draft/2019-09/schema',
  draft7: 'http://json-schema.org/draft-07/schema#',
}

for (const [dialect, uri] of Object.entries(dialects)) {
  test(`[SCH-01, SCH-02] required tests of ${dialect}`, { skip }, (context) => {
    const { passed, failures } = run(dialect, uri)
    context.diagnostic(`${dialect}: ${passed} of ${passed + failures.length} required tests pass`)
    assert.deepEqual(failures, [])
    assert.ok(passed > 800)
  })

  test(`optional tests of ${dialect}`, { skip }, (context) => {
    const { passed, failures } = run(`${dialect}/optional`, uri)
    context.diagnostic(`${dialect}: ${passed} of ${passed + failures.length} optional tests pass`)
    assert.deepEqual(failures.filter(isUnexpected), [])
  })
}

test('asserted formats of draft2020-12', { skip }, () => {
  const asserted = ['date', 'time', 'date-time', 'email', 'uri', 'uuid']
  const files = asserted.map((format) => `${format}.json`)
  const { failures } = run('draft2020-12/optional/format', dialects['draft2020-12'], files)
  assert.deepEqual(failures.filter(isUnexpected), [])
})

const isUnexpected = (name: string): boolean =>
  !Object.keys(suiteExceptions).some((start) => name.startsWith(start))

function run(folder: string, uri: string, only?: readonly string[]) {
  const failures: string[] = []
  let passed = 0
  for (const file of only ?? readdirSync(join(suite, 'tests', folder))) {
    if (!file.endsWith('.json')) continue
    for (const { description, schema, tests } of read<Group[]>(suite, 'tests', folder, file)) {
      const named = typeof schema === 'object' ? { $schema: uri, ...schema } : schema
      const verdict = verdictOf(named, only !== undefined)
      for (const one of tests) {
        if (verdict(one.data) === one.valid) passed++
        else failures.push(`${folder}/${file}: ${description}: ${one.description}`)
      }
    }
  }
  return { passed, failures }
}

function verdictOf(schema: JsonSchema, formats: boolean): (value: unknown) => unknown {
  try {
    const validate = compileSchema(schema, { documents: documents(), formats })
    return (value) => validate(value).length === 0
  } catch (error) {
    return () => error
  }
}

let known: Map<string, JsonSchema> | undefined

/** The schemas that tests refer to: the remotes of the suite, and the metaschemas. */
function documents(): Map<string, JsonSchema> {
  if (known) return known
  known = new Map()
  for (const path of readdirSync(join(suite, 'remotes'), { recursive: true, encoding: 'utf8' })) {
    if (path.endsWith('.json')) {
      known.set(`http://localhost:1234/${path}`, read<JsonSchema>(suite, 'remotes', path))
    }
  }
  const metaschemas = join(modules, 'ajv', 'dist', 'refs')
  for (const version of ['2019-09', '2020-12']) {
    const folder = join(metaschemas, `json-schema-${version}`)
    for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!path.endsWith('.json')) continue
      const uri = `https://json-schema.org/draft/${version}/${path.slice(0, -5)}`
      known.set(uri, read<JsonSchema>(folder, path))
    }
  }
  const draft7 = read<JsonSchema>(metaschemas, 'json-schema-draft-07.json')
  return known.set('http://json-schema.org/draft-07/schema', draft7)
}

function read<T>(...path: readonly string[]): T {
  return JSON.parse(readFileSync(join(...path), 'utf8')) as T
}
