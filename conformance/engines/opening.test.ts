/** What happens to an engine while it is being opened. */
import assert from 'node:assert/strict'
import { createServer, connect as dial } from 'node:net'
import { type TestContext, test } from 'node:test'
import { openEngine } from '@lutra/stores'
import { openRedis } from '@lutra/stores/redis'
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
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  t.after(() => proxy.close())
  const url = new URL(target)
  url.port = String((proxy.address() as { port: number }).port)
  return url.href
}

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
