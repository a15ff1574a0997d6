import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { handedOver } from '@lutra/core'
import { type Tool, tool } from '@lutra/server'
import { createCluster, type Instance, sendAs } from '../tasks/rig.ts'
import { engines } from './engines.ts'

const work = tool({ name: 'work', description: '', task: { ttlMs: null }, run: () => handedOver })
const ann = sendAs({ subject: 'ann' })
const most = 200

for (const name of ['PostgreSQL', 'Redis']) {
  test(`${name} that dies while tasks are made leaves no open task without a place, and loses none that was told of`, async (t) => {
    const opened = await engines.get(name)?.()
    if (!opened?.server) return t.skip(`${name} is not installed`)
    const { one, two, server } = opened
    const options = { open: { principal: most }, run: false, onError() {} }
    const cluster = createCluster([work] as unknown as Tool[], { ...one, ...options })
    const instances = [cluster.start(), cluster.start({ store: two.store, bus: two.bus })]
    const told = new Set<string>()
    let isOver = false

    async function makeOn(instance: Instance): Promise<void> {
      while (!isOver) {
        await ann(instance, 'tools/call', { name: 'work' }).then(
          ({ taskId }) => told.add(String(taskId)),
          () => pause(20),
        )
      }
    }

    /** The ids of tasks that have been stored, or of those that have places. */
    async function idsOf(kind: 'task' | 'slot'): Promise<Set<string>> {
      const entries = await one.store.list(`tasks.${kind}.`)
      return new Set(entries.map(({ value }) => (value as { id: string }).id))
    }

    try {
      const making = [...instances, ...instances, ...instances].map(makeOn)
      while (told.size < 20) await pause(5)
      await server.kill()
      await pause(300)
      await server.start()
      while (told.size < most * 0.9) await pause(20)
      isOver = true
      await Promise.all(making)
      const [tasks, places] = [await idsOf('task'), await idsOf('slot')]
      assert.ok(places.size <= most, `${places.size} places`)
      assert.deepEqual(
        [...told].filter((id) => !tasks.has(id)),
        [],
        'told of and lost',
      )
      assert.deepEqual(
        [...tasks].filter((id) => !places.has(id)),
        [],
        'without a place',
      )
    } finally {
      isOver = true
      await cluster.close()
      await opened.close()
    }
  })
}
