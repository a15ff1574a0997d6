/** A connection that hears messages, lost before it has begun to. */
import assert from 'node:assert/strict'
import { type AddressInfo, createServer, connect as dial } from 'node:net'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openPostgres } from '@lutra/stores/postgres'
import { eventually } from '../eventually.ts'
import { startPostgres } from './start-server.ts'

test('PostgreSQL: messages are heard without gaps over a connection that was lost before it first heard any', async (t) => {
  const server = await startPostgres()
  if (!server) return t.skip('PostgreSQL is not installed')
  t.after(() => server.stop())
  const target = new URL(server.url)
  let lost = 0
  const proxy = createServer((near) => {
    const far = dial(Number(target.port), target.hostname)
    far.on('error', () => {}).on('close', () => near.destroy())
    near.on('error', () => {}).on('close', () => far.destroy())
    near.on('data', (bytes) => {
      if (lost === 0 && /listen /i.test(String(bytes))) {
        lost++
        near.destroy()
      } else far.write(bytes)
    })
    far.pipe(near)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  t.after(() => proxy.close())
  const url = new URL(target)
  url.port = String((proxy.address() as AddressInfo).port)
  const timeoutMs = 700
  const engine = await openPostgres(url.href, { timeoutMs })
  t.after(() => engine.close())
  let heard = 0
  let gaps = 0
  engine.bus.subscribe(
    'news',
    () => heard++,
    () => gaps++,
  )
  await eventually(async () => {
    await engine.bus.publish('news', 1).catch(() => {})
    return heard > 0
  }, 'a message')
  assert.equal(lost, 1)
  gaps = 0
  // Longer than a connection may be silent.
  await pause(9 * timeoutMs)
  assert.equal(gaps, 0)
})
