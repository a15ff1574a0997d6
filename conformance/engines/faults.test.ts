import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreError } from '@lutra/core'
import { openEngine } from '@lutra/stores'
import { openPostgres } from '@lutra/stores/postgres'
import { eventually } from '../eventually.ts'
import { engines, timeoutMs } from './engines.ts'
import { startPostgres } from './start-server.ts'

for (const name of ['PostgreSQL', 'Redis']) {
  test(`${name} that dies fails calls at once, keeps what it had, and is there again by itself`, async (t) => {
    const opened = await engines.get(name)?.()
    if (!opened?.server) return t.skip(`${name} is not installed`)
    const { one, two, server } = opened
    try {
      const version = await one.store.set('kept/k', { safe: true })
      const heard: unknown[] = []
      let gaps = 0
      const stop = two.bus.subscribe(
        'news',
        (message) => heard.push(message),
        () => gaps++,
      )
      await stop.ready
      await server.kill()

      const isUnavailable = (error: unknown) =>
        error instanceof StoreError && error.code === 'unavailable'
      const begun = performance.now()
      await assert.rejects(one.store.get('kept/k'), isUnavailable)
      await assert.rejects(one.store.set('kept/k', 1), isUnavailable)
      await assert.rejects(one.bus.publish('news', 'lost'), isUnavailable)
      // Three times as long at most, and some time for a busy machine: the library itself would wait for as long as the server is away.
      const waited = performance.now() - begun
      assert.ok(waited < 10 * timeoutMs, 'nobody waits long for a server that is away')

      await server.start()
      await eventually(async () => {
        const entry = await one.store.get('kept/k').catch(() => undefined)
        return entry?.version === version
      }, 'what was stored')
      await eventually(() => gaps > 0, 'the word that messages may have been lost')
      await eventually(async () => {
        await one.bus.publish('news', 'again').catch(() => {})
        return heard.includes('again')
      }, 'a message after the crash')
      assert.ok(!heard.includes('lost'))
      stop()
    } finally {
      await opened.close()
    }
  })
}

test('PostgreSQL that somebody else keeps waiting fails calls in time, and serves again after that', async (t) => {
  const server = await startPostgres()
  if (!server) return t.skip('PostgreSQL is not installed')
  const engine = await openPostgres(server.url, { timeoutMs: 300, connections: 2 })
  const { default: postgres } = await import('postgres')
  const other = postgres(server.url, { max: 1 })
  try {
    // Where all is slow, the first connection takes longer than it may.
    const isSet = () => engine.store.set('kept/k', 1).then(Boolean, () => false)
    await eventually(isSet, 'the first write')
    const isUnavailable = (error: unknown) =>
      error instanceof StoreError && /did not answer in 300 ms/.test(error.message)
    await other.begin(async (held) => {
      await held`LOCK TABLE lutra.entries IN ACCESS EXCLUSIVE MODE`
      const calls = Array.from({ length: 50 }, () => engine.store.get('kept/k'))
      await Promise.all(calls.map((call) => assert.rejects(call, isUnavailable)))
    })
    await eventually(async () => {
      return (await engine.store.get('kept/k').catch(() => undefined))?.value === 1
    }, 'the value')
  } finally {
    await other.end()
    await engine.close()
    await server.stop()
  }
})

test('an engine that has to be there at the start says that it is not, without its password', async () => {
  for (const url of ['postgres://lutra:hunter2@127.0.0.1:9/x', 'redis://:hunter2@127.0.0.1:9']) {
    await assert.rejects(openEngine(url, { timeoutMs: 1000, required: true }), (error: Error) => {
      assert.ok(error instanceof StoreError, String(error))
      assert.doesNotMatch(`${error.message} ${error.stack}`, /hunter2/)
      return error.code === 'unavailable'
    })
  }
  await assert.rejects(openEngine('mongodb://:hunter2@localhost'), (error: Error) => {
    assert.doesNotMatch(error.message, /hunter2/)
    return error instanceof TypeError && /No engine for mongodb:/.test(error.message)
  })
})
