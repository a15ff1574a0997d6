import assert from 'node:assert/strict'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openRedis } from '@lutra/stores/redis'
import { createClient } from '@redis/client'
import { startRedisCluster } from './start-server.ts'

const nobodyThere = 'redis://127.0.0.1:1'

/** How many connections of a node hear channels. */
async function countHearing(url: string): Promise<number> {
  const client = await createClient({ url }).connect()
  try {
    const list = String(await client.sendCommand(['CLIENT', 'LIST', 'TYPE', 'pubsub']))
    return list.split('\n').filter(Boolean).length
  } finally {
    client.destroy()
  }
}

test('a cluster is heard where the first of its URLs is down, and by one connection after all of it was away', async (t) => {
  const nodes = await startRedisCluster()
  if (!nodes) return t.skip('Redis is not installed')
  t.after(() => Promise.all(nodes.map((node) => node.stop())))
  const urls = nodes.map(({ url }) => url)
  const engine = await openRedis([nobodyThere, ...urls], { required: true, timeoutMs: 2000 })
  t.after(() => engine.close())

  const heard = new Set<unknown>()
  const stop = engine.bus.subscribe('news', (message) => heard.add(message))
  await stop.ready
  await publishUntilHeard('before')

  await Promise.all(nodes.map((node) => node.kill()))
  await pause(3000)
  await Promise.all(nodes.map((node) => node.start()))
  await publishUntilHeard('after')
  // Whatever else was on its way to a connection has one by now.
  await pause(2000)
  const counts = await Promise.all(urls.map(countHearing))
  assert.equal(
    counts.reduce((sum, count) => sum + count),
    1,
  )
  stop()

  async function publishUntilHeard(message: string): Promise<void> {
    for (const end = Date.now() + 20_000; !heard.has(message); await pause(50)) {
      assert.ok(Date.now() < end, `"${message}" was not heard`)
      await engine.bus.publish('news', message).catch(() => {})
    }
  }
})

test('a node that accepts connections and says nothing on them keeps nobody from the next', async (t) => {
  const nodes = await startRedisCluster()
  if (!nodes) return t.skip('Redis is not installed')
  t.after(() => Promise.all(nodes.map((node) => node.stop())))
  const [first = '', last = ''] = nodes.map(({ url }) => url)
  const held = new Set<Socket>()
  const mute = createServer((socket) => held.add(socket))
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
  const { port } = mute.address() as AddressInfo
  t.after(() => {
    for (const socket of held) socket.destroy()
    mute.close()
  })
  const urls = [first, `redis://127.0.0.1:${port}`, last]
  const engine = await openRedis(urls, { required: true, timeoutMs: 500 })
  t.after(() => engine.close())
  await engine.bus.subscribe('news', () => {}).ready
  assert.equal(await countHearing(last), 0)
  await nodes[0]?.kill()
  for (const end = Date.now() + 20_000; (await countHearing(last)) === 0; await pause(50)) {
    assert.ok(Date.now() < end, 'nothing is heard any more')
  }
  assert.ok(held.size > 0, 'it was tried')
})
