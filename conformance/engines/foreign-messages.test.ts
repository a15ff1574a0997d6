/** What others write to the channels of an engine: it hears its own messages all the same, all of them and in their order. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Engine } from '@lutra/stores'
import { openPostgres } from '@lutra/stores/postgres'
import { openRedis } from '@lutra/stores/redis'
import { createClient } from '@redis/client'
import fc from 'fast-check'
import postgres from 'postgres'
import { type DatabaseServer, startPostgres, startRedis } from './start-server.ts'

/** A connection that sends many payloads at once, so that they come together. */
interface Stranger {
  /** As the engine itself sends a message of the topic `t`. */
  own(message: unknown): string
  send(payloads: readonly string[]): Promise<unknown>
  close(): Promise<void>
}

interface Kind {
  readonly start: () => Promise<DatabaseServer | undefined>
  readonly open: (url: string, onError: (error: unknown) => void) => Promise<Engine>
  readonly visit: (url: string) => Promise<Stranger>
}

const kinds: Readonly<Record<string, Kind>> = {
  PostgreSQL: {
    start: startPostgres,
    open: (url, onError) => openPostgres(url, { onError }),
    async visit(url) {
      const sql = postgres(url, { max: 1 })
      return {
        own: (message) => JSON.stringify(['t', message]),
        send: (payloads) =>
          sql.begin(async (one) => {
            for (const text of payloads) await one`SELECT pg_notify('lutra_bus', ${text})`
          }),
        close: () => sql.end(),
      }
    },
  },
  Redis: {
    start: startRedis,
    open: (url, onError) => openRedis(url, { onError }),
    async visit(url) {
      const client = await createClient({ url }).connect()
      return {
        own: (message) => JSON.stringify(message),
        send: (payloads) => Promise.all(payloads.map((one) => client.publish('lutra:bus:t', one))),
        close: async () => client.destroy(),
      }
    },
  },
}

const topic = fc.constantFrom('t', 'other', null, 7, '__proto__')
const id = fc.constantFrom(null, '1', '999999', 'x', -1, '99999999999999999999')
const junk = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => !text.includes('\0')),
  fc.json({ maxDepth: 2 }).filter((text) => text.length < 1000),
  fc.tuple(topic, fc.jsonValue({ maxDepth: 1 }), id).map((parts) => JSON.stringify(parts)),
  fc.tuple(topic, id).map((parts) => JSON.stringify(parts)),
  fc.constantFrom('', '{', '[', '[]', 'null', '["t"]', '['.repeat(4000), '["t",null,null]'),
)

for (const [name, { start, open, visit }] of Object.entries(kinds)) {
  test(`${name}: what is none of its messages keeps none of them back`, async (t) => {
    const server = await start()
    if (!server) return t.skip(`${name} is not installed`)
    const errors: unknown[] = []
    const [engine, stranger] = await Promise.all([
      open(server.url, (error) => errors.push(error)),
      visit(server.url),
    ])
    t.after(async () => {
      await Promise.all([engine.close(), stranger.close()])
      await server.stop()
    })
    const heard: unknown[] = []
    let gaps = 0
    const listen = (told: unknown) => {
      if (typeof told === 'object' && told !== null && 'own' in told) heard.push(told.own)
    }
    await engine.bus.subscribe('t', listen, () => {
      gaps += 1
    }).ready
    let sent = 0
    await fc.assert(
      fc.asyncProperty(fc.array(junk, { maxLength: 8 }), async (some) => {
        const begun = sent
        const payloads = some.flatMap((one) => [one, stranger.own({ own: sent++ })])
        await stranger.send(payloads)
        await engine.bus.publish('t', { own: sent++ })
        for (const end = Date.now() + 20_000; heard.at(-1) !== sent - 1; ) {
          assert.ok(Date.now() < end, `heard ${heard.length} of ${sent}`)
          await new Promise((resolve) => setTimeout(resolve, 2))
        }
        const expected = Array.from({ length: sent - begun }, (_, at) => begun + at)
        assert.deepEqual(heard.splice(0), expected)
      }),
      { numRuns: 30, endOnFailure: true },
    )
    // It may have been a message that was cut off: listeners look for themselves, and the operator is told.
    const before = { gaps, errors: errors.length }
    await stranger.send(['{', stranger.own({ own: 'last' })])
    while (heard.at(-1) !== 'last') await new Promise((resolve) => setTimeout(resolve, 2))
    assert.ok(gaps > before.gaps && errors.length > before.errors)
  })
}
