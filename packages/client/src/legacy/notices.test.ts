import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  deferred,
  type Message,
  metaKeys,
  type Notification,
  type Params,
  RpcError,
} from '@lutra/core'
import { accepted, call, everything, ignore, sent, withSession } from './fixture.test.ts'

test('progress reaches the round that is under way, under its own token', async () => {
  const { connection } = await withSession(async ({ method, params }, peer) => {
    if (method !== 'tools/call') return undefined
    const progressToken = (params['_meta'] as Params | undefined)?.['progressToken']
    const progress = (n: number) =>
      peer.send({
        method: 'notifications/progress',
        params: { progressToken, progress: n },
      } as unknown as Message)
    progress(1)
    await peer.ask('roots/list')
    progress(2)
    return { content: [] }
  })
  const notes: Notification[] = []
  const round = (params: Params, progressToken: string) =>
    connection.handler(
      call('tools/call', params, {
        meta: { protocolVersion: '', clientCapabilities: everything, progressToken },
        notify: (notification) => notes.push(notification),
      }),
    )
  const first = await round({ name: 'x' }, 'one')
  await round({ name: 'x', ...accepted(first, {}) }, 'two')
  assert.deepEqual(
    notes.map(({ params }) => params),
    [
      { progressToken: 'one', progress: 1 },
      { progressToken: 'two', progress: 2 },
    ],
  )
  await connection.close()
})

test('logs reach the calls that asked for their level, others go to onStrayLog', async () => {
  const stray: Params[] = []
  const { connection, peer } = await withSession(
    ({ method }, peer) => {
      if (method !== 'tools/call') return undefined
      for (const level of ['debug', 'error']) {
        peer.send({
          method: 'notifications/message',
          params: { level, data: level },
        } as unknown as Message)
      }
      return { content: [] }
    },
    { onStrayLog: (message) => stray.push(message) },
  )
  const notes: Notification[] = []
  const meta = {
    protocolVersion: '',
    clientCapabilities: {},
    logLevel: 'warning' as const,
  }
  const notify = (notification: Notification) => void notes.push(notification)
  await connection.handler(call('tools/call', { name: 'x' }, { meta, notify }))
  await connection.handler(call('tools/call', { name: 'x' }, { meta, notify }))
  assert.deepEqual(sent(peer, 'logging/setLevel'), [{ level: 'warning' }])
  assert.deepEqual(
    notes.map(({ params }) => params?.['level']),
    ['error', 'error'],
  )
  assert.deepEqual(
    stray.map(({ level }) => level),
    ['debug', 'debug'],
  )
  await connection.close()
})

test('listening subscribes, acknowledges first, tags what comes, and unsubscribes at the end', async () => {
  const { connection, peer } = await withSession(({ method, params }) => {
    if (method === 'resources/subscribe' && params['uri'] === 'a:no') {
      throw new RpcError('No', { code: -32002 })
    }
    return undefined
  })
  const notes: Notification[] = []
  const cancel = new AbortController()
  const acknowledged = deferred<void>()
  const three = deferred<void>()
  const listening = connection.handler(
    call(
      'subscriptions/listen',
      {
        notifications: {
          toolsListChanged: true,
          promptsListChanged: true,
          resourceSubscriptions: ['a:b', 'a:no'],
        },
      },
      {
        signal: cancel.signal,
        notify(notification) {
          notes.push(notification)
          acknowledged.resolve()
          if (notes.length === 3) three.resolve()
        },
      },
    ),
  )
  await acknowledged.promise
  const change = (method: string, params?: Params) =>
    peer.send({ method: `notifications/${method}`, params } as unknown as Message)
  change('tools/list_changed')
  change('prompts/list_changed')
  change('resources/updated', { uri: 'a:other' })
  change('resources/updated', { uri: 'a:b' })
  await three.promise
  const ids = notes.map(({ params = {} }) => (params['_meta'] as Params)[metaKeys.subscriptionId])
  assert.equal(new Set(ids).size, 1)
  assert.equal(typeof ids[0], 'string')
  assert.deepEqual(
    notes.map(({ method }) => method),
    [
      'notifications/subscriptions/acknowledged',
      'notifications/tools/list_changed',
      'notifications/resources/updated',
    ],
  )
  assert.deepEqual(notes[0]?.params?.['notifications'], {
    toolsListChanged: true,
    resourceSubscriptions: ['a:b'],
  })
  cancel.abort(new Error('done'))
  await assert.rejects(listening, /done/)
  await peer.ask('ping')
  assert.deepEqual(sent(peer, 'resources/unsubscribe'), [{ uri: 'a:b' }])
  await connection.close()
})

test('closing ends a stream of notifications in peace', async () => {
  const { connection } = await withSession(ignore)
  const listening = connection.handler(call('subscriptions/listen', { notifications: {} }))
  await connection.close()
  assert.equal((await listening).resultType, 'complete')
})

test('a notification of the client goes out as one', async () => {
  const { connection, peer } = await withSession(ignore)
  await connection.handler(call('notifications/roots/list_changed'))
  await peer.ask('ping')
  assert.deepEqual(sent(peer, 'notifications/roots/list_changed'), [{}])
  await connection.close()
})
