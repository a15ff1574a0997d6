import assert from 'node:assert/strict'
import { type AddressInfo, createServer, connect as dial } from 'node:net'
import { test } from 'node:test'
import { openPostgres } from '@lutra/stores/postgres'
import { startPostgres } from './start-server.ts'

test('what PostgreSQL says after a connection was cut in the midst of a result is read whole', async (t) => {
  const server = await startPostgres()
  if (!server) return t.skip('PostgreSQL is not installed')
  t.after(() => server.stop())
  const { hostname, port } = new URL(server.url)
  let cuts = 0
  const proxy = createServer((near) => {
    const far = dial(Number(port), hostname)
    near.pipe(far)
    far.on('data', (chunk) => {
      const marked = chunk.indexOf('cut me off')
      const end = marked < 0 || cuts > 0 ? -1 : chunk.indexOf('SELECT 1\0', marked) - 5
      if (end < 0) {
        near.write(chunk)
        return
      }
      // All of the row, and nothing of what ends the result.
      cuts += 1
      near.end(chunk.subarray(0, end))
    })
    for (const [one, other] of [[near, far] as const, [far, near] as const]) {
      one.on('error', () => {})
      one.on('close', () => other.destroy())
    }
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  t.after(() => proxy.close())
  const url = new URL(server.url)
  url.port = String((proxy.address() as AddressInfo).port)
  const engine = await openPostgres(url.href, { required: true, connections: 1 })
  t.after(() => engine.close())

  await engine.store.set('kept/k', 'cut me off')
  await assert.rejects(engine.store.get('kept/k'), /PostgreSQL/)
  assert.equal(cuts, 1)
  assert.equal((await engine.store.get('kept/k'))?.value, 'cut me off')
})
