import assert from 'node:assert/strict'
import { test } from 'node:test'
import { migrate } from './migrations.ts'
import { connectPglite } from './pglite.ts'
import { createPostgresStore } from './postgres-store.ts'
import type { Sql } from './sql.ts'
import { sweep } from './sweep.ts'

const options = { timeoutMs: 20_000, onError: () => {} }

test('every statement is led by an index from the first entry on, whatever else the table comes to hold', async () => {
  const sql = await connectPglite('memory:', options)
  const statements = new Map<string, number>()
  const store = createPostgresStore(
    {
      ...sql,
      async query(text, values = []) {
        statements.set(text, values.length)
        return []
      },
    },
    'lutra',
  )
  try {
    await migrate(sql, 'lutra')
    await store.get('a/1')
    await store.getMany(['a/1', 'a/2'])
    await store.delete('a/1')
    await store.set('a/1', 1)
    await store.set('a/1', 1, { ifVersion: null })
    await store.set('a/1', 1, { ifVersion: '1' })
    await store.list('a/')
    await store.list('')
    assert.equal(statements.size, 8)
    // As servers plan what they have been asked some times: without a look at the values.
    await sql.run('SET plan_cache_mode = force_generic_plan')
    for (const [at, [text, values]] of [...statements].entries()) {
      const nulls = Array.from({ length: values }, () => 'NULL').join(', ')
      await sql.run(`PREPARE s${at} AS ${text}`)
      const plan = (await sql.query(`EXPLAIN EXECUTE s${at}(${nulls})`))
        .map((row) => String(row['QUERY PLAN']))
        .join('\n')
      assert.doesNotMatch(plan, /Seq Scan/, text)
      if (text.includes('key < $')) assert.match(plan, /Index Cond: .*key < \$/, text)
    }
  } finally {
    await sql.close()
  }
})

test('what was replaced and deleted is cleaned up where no server does it', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const sql = await connectPglite('memory:', options)
  try {
    await migrate(sql, 'lutra')
    const store = createPostgresStore(sql, 'lutra')
    const errors: unknown[] = []
    const stop = sweep(sql, 'lutra', { onError: (error) => errors.push(error), vacuum: true })
    const keys = Array.from({ length: 1500 }, (_, at) => `a/${at + 10_000}-${'x'.repeat(30)}`)
    for (const key of keys) await store.set(key, 1)
    for (const key of keys) await store.delete(key)
    const before = await pagesRead(sql)
    t.mock.timers.tick(40_000)
    await stop()
    assert.deepEqual(errors, [])
    assert.ok((await pagesRead(sql)) < before / 4, `not much less than ${before}`)
  } finally {
    await sql.close()
  }
})

/** How many pages it takes to find that a folder is empty. */
async function pagesRead(sql: Sql): Promise<number> {
  const rows = await sql.query(
    `EXPLAIN (ANALYZE, BUFFERS) SELECT FROM lutra.entries WHERE key >= 'a/' AND key < 'a0' LIMIT 1`,
  )
  const plan = rows.map((row) => String(row['QUERY PLAN'])).join()
  return Number(/Buffers: shared hit=(\d+)/.exec(plan)?.[1])
}
