import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Notification, withSignal } from '@lutra/core'
import { tasksId } from '@lutra/extensions/tasks'
import { type Tool, tool } from '@lutra/server'
import { createCluster } from '../tasks/rig.ts'

test('a subscription to a task ends with the token that it was made with, and tells nothing after that', async (t) => {
  let finish = () => {}
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  const work = tool({
    name: 'work',
    description: '',
    task: true,
    run: async () => {
      await finished
      return 'for the eyes of ann'
    },
  })
  const cluster = createCluster([work] as Tool[])
  const one = cluster.start()
  // The clock stands until the token is to end, so that a busy machine does not end it early.
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const exp = Math.floor(Date.now() / 1000) + 60
  const heard: Notification[] = []
  const ask = (method: string, params: Record<string, unknown>) =>
    one.server(
      withSignal(
        {
          id: method,
          method,
          params,
          meta: {
            protocolVersion: '2026-07-28',
            clientInfo: { name: 'test', version: '1' },
            clientCapabilities: { extensions: { [tasksId]: {} } },
          },
          auth: { subject: 'ann', scopes: [], claims: { exp } },
          notify: (notification) => heard.push(notification),
        },
        () => new AbortController().signal,
      ),
    )
  const { taskId } = await ask('tools/call', { name: 'work' })
  const listening = ask('subscriptions/listen', { notifications: { taskIds: [taskId] } })
  while (heard.length < 2) await new Promise((go) => setTimeout(go, 5))
  t.mock.timers.setTime(exp * 1000)
  finish()
  assert.equal((await listening).resultType, 'complete')
  const told = heard.map(({ params }) => params?.['status'])
  assert.ok(!told.includes('completed'), JSON.stringify(told))
  await cluster.close()
})
