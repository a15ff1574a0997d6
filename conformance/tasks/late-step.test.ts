import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryStore } from '@lutra/core'
import { type Tool, tool } from '@lutra/server'
import { createCluster, isEnded, send, until } from './rig.ts'

test('a run whose step an earlier run has recorded at the last moment leaves the task to the next', async () => {
  let ran = 0
  const store = createMemoryStore()
  const slow = tool({
    name: 'slow',
    description: '',
    task: true,
    run: (_, ctx) =>
      ctx.step('once', async () => {
        ran += 1
        const id = ctx.task?.id ?? ''
        const name = Buffer.from('once').toString('base64url')
        // What a run that has lost its lease had on its way.
        const late = { key: 'once', value: 'earlier', run: 0 }
        await store.set(`tasks.step.${id.slice(0, 1)}/${id}/${name}`, late, { ifVersion: null })
        return 'later'
      }),
  })
  const cluster = createCluster([slow as Tool], { store, onError() {} })
  const one = cluster.start()
  const { taskId } = await send(one, 'tools/call', { name: 'slow' })
  const { status, result } = await until(one, taskId, isEnded)
  assert.deepEqual([status, ran], ['completed', 1])
  assert.match(JSON.stringify(result), /earlier/)
  await cluster.close()
})
