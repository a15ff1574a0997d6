import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryStore } from '@lutra/core'
import { createServer } from '@lutra/server'
import { bearer } from '@lutra/server/auth'
import { serveHttp } from '@lutra/server/serve-http'
import { turn } from '../../test/calls.ts'
import { createLossyBus } from '../../test/lossy-bus.ts'
import { bearing, resource } from './fixture.test.ts'

/** Two instances of a server, over one store and bus, and how often each has had a token checked. */
async function rig() {
  const { bus, state, begin, recover } = createLossyBus()
  state.slow = false
  const store = createMemoryStore()
  const instances = [1, 2].map(() => {
    const asked: string[] = []
    const auth = bearer({
      resource,
      verify: (token) => {
        asked.push(token)
        const [subject = ''] = token.split('.')
        return { subject, clientId: `app-of-${subject}` }
      },
      onError: () => {},
    })
    serveHttp(createServer({ name: 's', version: '1', store, bus }), { auth })
    return { auth, asked, send: async (token: string) => auth.authenticate(bearing(token)) }
  })
  // What begins to hear forgets what it knew.
  await turn()
  const [here, there] = instances
  assert.ok(here && there)
  const sendAll = async () => {
    for (const { asked, send } of instances) {
      asked.length = 0
      for (const token of ['ann.1', 'ann.2', 'bob.1']) await send(token)
    }
    return there.asked
  }
  await sendAll()
  const settle = async () => {
    // What is told of a token is its digest, which takes a while on a machine that has much to do: these come later.
    for (let at = 0; at < 10; at++) await crypto.subtle.digest('SHA-256', new Uint8Array(1))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return { here, there, sendAll, state, begin, recover, settle }
}

for (const [what, which, forgotten] of [
  ['a subject', { subject: 'ann' }, ['ann.1', 'ann.2']],
  ['a client', { clientId: 'app-of-bob' }, ['bob.1']],
  ['one token', { token: 'ann.2' }, ['ann.2']],
  [
    'whatever a function says: the others forget all',
    { matches: () => false },
    ['ann.1', 'ann.2', 'bob.1'],
  ],
] as const) {
  test(`what is dropped here is checked anew everywhere: ${what}`, async () => {
    const { here, sendAll, settle } = await rig()
    assert.deepEqual(await sendAll(), [])
    here.auth.drop(which)
    await settle()
    assert.deepEqual(await sendAll(), forgotten)
    assert.deepEqual(await sendAll(), [])
  })
}

test('after a gap an instance forgets all that it knew', async () => {
  const { here, sendAll, state, recover, settle } = await rig()
  state.lossy = true
  here.auth.drop({ subject: 'ann' })
  await settle()
  assert.deepEqual(await sendAll(), [])
  recover()
  assert.deepEqual(await sendAll(), ['ann.1', 'ann.2', 'bob.1'])
})

test('a server of its own shares nothing, and tells nobody', () => {
  const auth = bearer({ resource, verify: () => ({ subject: 'ann' }) })
  serveHttp(createServer({ name: 's', version: '1' }), { auth })
  assert.equal(auth.drop({ subject: 'ann' }), 0)
})

test('proofs are remembered where all instances look, unless another place was named', async () => {
  const { createReplayGuard } = await import('./dpop-replay.ts')
  const now = () => 0
  const [store, named] = [createMemoryStore(), createMemoryStore()]
  const [first, second] = [1, 2].map(() =>
    createReplayGuard({ store: undefined, windowMs: 60_000, now }),
  )
  const other = createReplayGuard({ store: named, windowMs: 60_000, now })
  for (const guard of [first, second, other]) guard?.share(store)
  assert.equal(await first?.isFirst('a'), true)
  assert.equal(await second?.isFirst('a'), false)
  assert.equal(await other.isFirst('a'), true)
})
