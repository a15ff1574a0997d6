/** What happens to an engine while it is being opened. */
import assert from 'node:assert/strict'
import { createServer, connect as dial, type Server } from 'node:net'
import { type TestContext, test } from 'node:test'
import { openEngine } from '@lutra/stores'
import { openRedis } from '@lutra/stores/redis'
import { createClient } from '@redis/client'
import { eventually } from '../eventually.ts'
import { startRedis } from './start-server.ts'

test('Redis: one of its connections is made again when it is lost before the others are there', async (t) => {
  const server = await startRedis()
  if (!server) return t.skip('Redis is not installed')
  t.after(() => server.stop())
  const engine = await openRedis(await losingFirst(new URL(server.url), t), { required: true })
  t.after(() => engine.close())
  await eventually(async () => {
    const written = await engine.store.set('kept/k', 1).catch(() => undefined)
    return written !== undefined
  }, 'an answer')
})

/** A way to a server that loses its first connection as the second comes, and makes that wait until it is lost. */
async function losingFirst(target: URL, t: TestContext): Promise<string> {
  let lose: (() => Promise<void>) | undefined
  const proxy = createServer(async (near) => {
    near.on('error', () => {}).pause()
    const [losing, isFirst] = [lose, lose === undefined]
    if (isFirst) {
      lose = () =>
        new Promise((lost) => {
          lose = async () => {}
          near.once('close', () => setTimeout(lost, 50))
          near.destroy()
        })
    }
    await losing?.()
    const far = dial(Number(target.port), target.hostname)
    far.on('error', () => {}).on('close', () => near.destroy())
    near.on('close', () => far.destroy())
    near.pipe(far).pipe(near)
  })
  return addressOf(proxy, target, t)
}

async function addressOf(proxy: Server, target: URL, t: TestContext): Promise<string> {
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  t.after(() => proxy.close())
  const url = new URL(target)
  url.port = String((proxy.address() as { port: number }).port)
  return url.href
}

test('Redis: an engine that was away at first keeps no connection but its own, however often these are lost as it begins', async (t) => {
  const server = await startRedis()
  if (!server) return t.skip('Redis is not installed')
  t.after(() => server.stop())
  const target = new URL(server.url)
  let isThere = false
  let lost = 0
  const proxy = createServer((near) => {
    near.on('error', () => {})
    if (!isThere) {
      near.destroy()
      return
    }
    const far = dial(Number(target.port), target.hostname)
    far.on('error', () => {}).on('close', () => near.destroy())
    near.on('close', () => far.destroy())
    near.on('data', (bytes) => {
      if (lost < 3 && /subscribe/i.test(String(bytes))) {
        lost++
        near.destroy()
      } else far.write(bytes)
    })
    far.pipe(near)
  })
  const engine = await openRedis(await addressOf(proxy, target, t))
  t.after(() => engine.close())
  let heard = 0
  engine.bus.subscribe('news', () => heard++)
  isThere = true
  await eventually(async () => {
    await engine.bus.publish('news', 1).catch(() => {})
    return heard > 0
  }, 'a message')
  assert.equal(lost, 3)
  const client = createClient({ url: server.url })
  await client.connect()
  try {
    await eventually(async () => {
      const connections = String(await client.sendCommand(['CLIENT', 'LIST']))
      return connections.trim().split('\n').length === 3
    }, 'two connections of the engine, and this one')
  } finally {
    client.destroy()
  }
})

for (const url of ['redis://127.0.0.1:1', 'postgres://127.0.0.1:1/x']) {
  test(`a time limit that no timer keeps is refused: ${url}`, async () => {
    for (const timeoutMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31]) {
      await assert.rejects(openEngine(url, { timeoutMs }), {
        name: 'TypeError',
        message: /timeoutMs to be from 1 to 86400000 milliseconds/,
      })
    }
  })
}
