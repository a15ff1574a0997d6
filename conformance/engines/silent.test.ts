import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openPostgres } from '@lutra/stores/postgres'
import { openRedis } from '@lutra/stores/redis'
import { startMutingProxy } from './muting-proxy.ts'
import { startPostgres, startRedis } from './start-server.ts'

// Far more than an answer takes where all is slow, and little to wait for.
const timeoutMs = 1500

const engines = [
  ['PostgreSQL', startPostgres, openPostgres],
  ['Redis', startRedis, openRedis],
] as const

for (const [name, start, open] of engines) {
  test(`${name} whose connections fall silent without closing is heard and asked over others`, async (t) => {
    const server = await start()
    if (!server) return t.skip(`${name} is not installed`)
    t.after(() => server.stop())
    const proxy = await startMutingProxy(new URL(server.url))
    t.after(proxy.close)
    const url = new URL(server.url)
    url.port = String(proxy.port)
    const options = { required: true, timeoutMs }
    const [engine, other] = await Promise.all([open(url.href, options), open(server.url, options)])
    t.after(() => Promise.all([engine.close(), other.close()]))

    const heard: unknown[] = []
    let gaps = 0
    const stop = engine.bus.subscribe(
      'news',
      (message) => heard.push(message),
      () => gaps++,
    )
    await stop.ready
    await engine.store.set('kept/k', 1)
    gaps = 0
    assert.ok(proxy.mute() >= 2, 'one connection that asks and one that hears')
    await other.bus.publish('news', 'lost')

    await until(() => gaps > 0, 'the word that messages may have been lost')
    await until(async () => {
      await other.bus.publish('news', 'again').catch(() => {})
      return heard.includes('again')
    }, 'a message over another connection')
    await until(async () => {
      return (await engine.store.get('kept/k').catch(() => undefined))?.value === 1
    }, 'what was stored')
    assert.ok(!heard.includes('lost'))
    stop()
  })

  test(`connections to ${name} at rest are kept`, async (t) => {
    const server = await start()
    if (!server) return t.skip(`${name} is not installed`)
    t.after(() => server.stop())
    const engine = await open(server.url, { required: true, timeoutMs })
    t.after(() => engine.close())
    let gaps = 0
    const stop = engine.bus.subscribe(
      'news',
      () => {},
      () => gaps++,
    )
    await stop.ready
    gaps = 0
    await pause(3 * timeoutMs)
    assert.equal(gaps, 0)
    stop()
  })
}

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 20_000; !(await holds()); await pause(50)) {
    if (Date.now() > end) assert.fail(`${what} did not come within 20 seconds`)
  }
}
