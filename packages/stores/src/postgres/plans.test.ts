import assert from 'node:assert/strict'
import { test } from 'node:test'
import { migrate } from './migrations.ts'
import { connectPglite } from './pglite.ts'
import { createPostgresStore } from './postgres-store.ts'
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
    const size = async () =>
      Number((await sql.query("SELECT pg_relation_size('lutra.entries')"))[0]?.['pg_relation_size'])
    const write = async () => {
      for (let at = 0; at < 1000; at++) await store.set('a/1', 'x'.repeat(500))
    }
    await write()
    const before = await size()
    t.mock.timers.tick(40_000)
    await stop()
    await write()
    assert.deepEqual(errors, [])
    // The second thousand lies where the first one did.
    assert.ok((await size()) < before * 1.5, `${before} became ${await size()}`)
  } finally {
    await sql.close()
  }
})
