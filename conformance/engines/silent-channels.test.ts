/** Subscriptions that are made and ended while a connection is silent. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRedis } from '@lutra/stores/redis'
import { createClient } from '@redis/client'
import { eventually } from '../eventually.ts'
import { startRedis } from './start-server.ts'
import { startTcpProxy } from './tcp-proxy.ts'

// Far more than an answer takes where all is slow, and little to wait for.
const timeoutMs = 1500

test('Redis: what is subscribed to while its connection is silent is heard over the next, however much is', async (t) => {
  const server = await startRedis()
  if (!server) return t.skip('Redis is not installed')
  t.after(() => server.stop())
  const proxy = await startTcpProxy(new URL(server.url))
  t.after(proxy.close)
  const url = new URL(server.url)
  url.port = String(proxy.port)
  const options = { required: true, timeoutMs }
  const [engine, other] = await Promise.all([
    openRedis(url.href, options),
    openRedis(server.url, options),
  ])
  t.after(() => Promise.all([engine.close(), other.close()]))

  const heard = new Set<string>()
  const listen = (topic: string) => engine.bus.subscribe(topic, () => heard.add(topic))
  await listen('before').ready
  const over = listen('over')
  await over.ready
  proxy.mute()
  // One in flight when the connection is lost, and those that come and go all the time, as with each call.
  listen('first')
  over()
  let made = 0
  const asking = setInterval(() => {
    const stop = listen(`other-${made++}`)
    setTimeout(stop, 200)
    // Where it was known by then that nothing answers.
    if (made === 20) listen('later')
  }, 100)
  t.after(() => clearInterval(asking))

  await eventually(async () => {
    for (const topic of ['before', 'first', 'later']) await other.bus.publish(topic, 1)
    return ['before', 'first', 'later'].every((topic) => heard.has(topic))
  }, 'a message to each')
  const client = createClient({ url: server.url })
  await client.connect()
  const listeners = await client.pubSubNumSub(['lutra:bus:before', 'lutra:bus:over'])
  client.destroy()
  assert.deepEqual({ ...listeners }, { 'lutra:bus:before': 1, 'lutra:bus:over': 0 })
})
