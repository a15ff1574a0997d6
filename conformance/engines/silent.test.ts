/** Connections that fall silent without closing, as where a machine between the two is taken away. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openPostgres } from '@lutra/stores/postgres'
import { openRedis } from '@lutra/stores/redis'
import { eventually } from '../eventually.ts'
import { startPostgres, startRedis } from './start-server.ts'
import { startTcpProxy } from './tcp-proxy.ts'

// Far more than an answer takes where all is slow, and little to wait for.
const timeoutMs = 1500

// How long each may be silent, in that time: where nothing were said at rest, its connections would be lost by then.
const engines = [
  ['PostgreSQL', startPostgres, openPostgres, 9],
  ['Redis', startRedis, openRedis, 2],
] as const

// They wait most of the time, and do so together.
describe('connections that fall silent', { concurrency: true }, () => {
  for (const [name, start, open, mostSilent] of engines) {
    test(`${name}: they are made anew, also while calls go on`, async (t) => {
      const server = await start()
      if (!server) return t.skip(`${name} is not installed`)
      t.after(() => server.stop())
      const proxy = await startTcpProxy(new URL(server.url))
      t.after(proxy.close)
      const url = new URL(server.url)
      url.port = String(proxy.port)
      const options = { required: true, timeoutMs }
      const [engine, other] = await Promise.all([
        open(url.href, options),
        open(server.url, options),
      ])
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
      let answers = 0
      const asking = setInterval(() => {
        engine.store.get('kept/k').then(
          () => answers++,
          () => {},
        )
      }, 100)
      t.after(() => clearInterval(asking))

      await eventually(() => gaps > 0, 'the word that messages may have been lost')
      await eventually(async () => {
        await other.bus.publish('news', 'again').catch(() => {})
        return heard.includes('again')
      }, 'a message over another connection')
      await eventually(() => answers > 0, 'what was stored')
      assert.ok(!heard.includes('lost'))
      stop()
    })

    test(`${name}: those at rest are kept`, async (t) => {
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
      await pause(mostSilent * timeoutMs)
      assert.equal(gaps, 0)
      stop()
    })
  }
})
