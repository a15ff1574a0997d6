import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryStore, type Notification, type Store, withSignal } from '@lutra/core'
import { tasksId } from '@lutra/extensions/tasks'
import { type Tool, tool } from '@lutra/server'
import { createCluster, send } from '../tasks/rig.ts'

const work = tool({ name: 'work', description: '', task: true, run: () => 'done' })

/** A store that counts how often tasks are looked for. */
function createCounted() {
  const store = createMemoryStore()
  const counted = {
    looks: 0,
    get(key: string) {
      if (key.startsWith('tasks.task')) counted.looks += 1
      return store.get(key)
    },
    getMany(keys: readonly string[]) {
      if (keys[0]?.startsWith('tasks.task')) counted.looks += 1
      return store.getMany(keys)
    },
    set: store.set,
    delete: store.delete,
    list: store.list,
  } satisfies Store & { looks: number }
  return counted
}

test('a thousand ids that somebody makes up are looked for by few looks, and those of no form not at all', async () => {
  const store = createCounted()
  const cluster = createCluster([work] as Tool[], { store })
  const one = cluster.start({ run: false })
  const { taskId } = await send(one, 'tools/call', { name: 'work' })
  const madeUp = Array.from({ length: 996 }, (_, at) => String(at).padStart(32, 'x'))
  const control = new AbortController()
  const heard: Notification[] = []
  store.looks = 0
  const listening = one.server(
    withSignal(
      {
        id: 'listening',
        method: 'subscriptions/listen',
        params: {
          notifications: { taskIds: [taskId, '', '\0', 'k'.repeat(10_000), ...madeUp] },
        },
        meta: {
          protocolVersion: '2026-07-28',
          clientInfo: { name: 'test', version: '1' },
          clientCapabilities: { extensions: { [tasksId]: {} } },
        },
        notify: (notification) => heard.push(notification),
      },
      () => control.signal,
    ),
  )
  while (heard.length < 2) await new Promise((go) => setTimeout(go, 5))
  const [first, second] = heard
  assert.deepEqual(first?.params?.['notifications'], { taskIds: [taskId] })
  assert.equal(second?.params?.['taskId'], taskId)
  assert.ok(store.looks <= 25, `${store.looks} looks`)
  control.abort()
  await listening
  await cluster.close()
})
