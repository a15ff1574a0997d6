import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { openEngine } from '@lutra/stores'
import { openRedis } from '@lutra/stores/redis'

const password = 'hunter2'
const rests = [
  '/x@127.0.0.1:1',
  '#x@127.0.0.1:1',
  '%zz@127.0.0.1:1',
  '@127.0.0.1:99999',
  '@a b',
  '@[::g]',
]

/** What opening an engine tells, in its error and to `onError`, as a log would print it. */
async function toldBy(open: (onError: (error: unknown) => void) => Promise<unknown>) {
  const told: unknown[] = []
  await assert.rejects(
    open((error) => told.push(error)),
    (error) => told.push(error) > 0,
  )
  return { text: inspect(told, { depth: 9, showHidden: true }), count: told.length }
}

test('a URL of an engine that cannot be read is refused at once, and its password told to nobody', async () => {
  for (const rest of rests) {
    for (const scheme of ['postgres', 'redis', 'rediss']) {
      const url = `${scheme}://user:${password}${rest}`
      const { text, count } = await toldBy((onError) => openEngine(url, { onError }))
      assert.ok(!text.includes(password), text)
      assert.equal(count, 1)
    }
    const nodes = ['redis://127.0.0.1:1', `redis://user:${password}${rest}`]
    const { text, count } = await toldBy((onError) => openRedis(nodes, { onError }))
    assert.ok(!text.includes(password), text)
    assert.equal(count, 1)
  }
})
