import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { connect } from '@lutra/client/connect'
import { type Notification, withSignal } from '@lutra/core'
import { createServer, rateLimit, resource, type Server, tool } from '@lutra/server'
import { bearer } from '@lutra/server/auth'
import { type Fetch, serveHttp } from '@lutra/server/serve-http'
import type { Engine } from '@lutra/stores/suite'
import { z } from 'zod'
import { engines, type Opened } from '../engines/engines.ts'
import { eventually } from '../eventually.ts'

/** One instance of a server, as a process of its own would have it: with its own connections. */
function createInstance({ store, bus }: Engine) {
  const asked: string[] = []
  const auth = bearer({
    resource: 'https://lock.example/mcp',
    verify(token) {
      asked.push(token)
      return { subject: token, clientId: 'app' }
    },
    onError: () => {},
  })
  const raise = tool({
    name: 'raise',
    description: 'Raises the water, after asking',
    async run(_, ctx) {
      const answer = await ctx.ask('by', 'By how much?', z.object({ by: z.number() }))
      if (answer.action !== 'accept') return 'Left it'
      server.notify.resourceUpdated('water://level')
      return `Up by ${answer.content.by}`
    },
  })
  const scarce = tool({ name: 'scarce', description: 'Twice in a minute', run: () => 'Here' })
  const limit = rateLimit({
    perMinute: 2,
    store,
    // No minute ends between two calls.
    now: () => 0,
    by: ({ params, auth: who }) => (params['name'] === 'scarce' ? who?.subject : undefined),
  })
  const server: Server = createServer({
    name: 'lock',
    version: '1.0.0',
    tools: [raise, scarce],
    resources: [resource({ uri: 'water://level', read: () => 'high' })],
    middleware: [limit],
    keys: ['the same secret of 32 bytes or more'],
    asking: { once: store },
    logger: { warn() {}, error() {} },
    store,
    bus,
  })
  return { server, auth, asked, enter: serveHttp(server, { auth }) }
}

/** Plain round robin: nobody remembers who was served where. */
function balance(doors: readonly Fetch[]) {
  let turn = 0
  return async (input: string | URL | Request, init?: RequestInit) => {
    const door = doors[turn++ % doors.length]
    assert.ok(door)
    return door(new Request(input, init))
  }
}

for (const name of ['PostgreSQL', 'Redis']) {
  test(`two instances on ${name} are one server`, async (t) => {
    const opened = await engines.get(name)?.()
    if (!opened) {
      t.skip(`${name} is not installed`)
      return
    }
    const here = createInstance(opened.one)
    const there = createInstance(opened.two)
    const through = balance([here.enter, there.enter])
    try {
      for (const era of ['modern', 'legacy'] as const) {
        await t.test(`${era} clients ask, answer and hear in plain round robin`, () =>
          visit(era, through),
        )
      }
      await t.test('what is dropped at one is checked anew at the other', async () => {
        await using client = await open('modern', through, 'ann')
        for (let at = 0; at < 4; at++) await client.listTools()
        const before = there.asked.length
        here.auth.drop({ token: 'ann' })
        await eventually(async () => {
          await client.listTools()
          return there.asked.length > before
        }, 'the other has asked again')
      })
      await t.test('calls are counted together', async () => {
        await using client = await open('modern', through, 'bob')
        const calls = [1, 2, 3, 4].map(() => client.callTool('scarce'))
        const served = (await Promise.allSettled(calls)).filter((one) => one.status === 'fulfilled')
        assert.equal(served.length, 2)
      })
      await t.test('when the engine comes back, who listens is told to look again', () =>
        loseEngine(here.server, there.server, opened),
      )
    } finally {
      await Promise.all([here.server.close(), there.server.close()])
      await opened.close()
    }
  })
}

const open = (era: 'modern' | 'legacy', through: typeof fetch, token: string) =>
  connect('https://lock.example/mcp', {
    era,
    token,
    fetch: through,
    answer: { elicit: () => ({ action: 'accept', content: { by: 2 } }) },
  })

async function visit(era: 'modern' | 'legacy', through: typeof fetch): Promise<void> {
  await using client = await open(era, through, `of-${era}`)
  const changes = client.listen({ resourceSubscriptions: ['water://level'] })
  await changes.acknowledged
  // Once from each instance.
  for (const _ of ['here', 'there']) {
    assert.equal((await client.callTool('raise')).text, 'Up by 2')
  }
  for await (const change of changes) {
    assert.equal(change.type, 'resource')
    break
  }
}

async function loseEngine(here: Server, there: Server, { server }: Opened): Promise<void> {
  const told: string[] = []
  const control = new AbortController()
  const listening = there(
    withSignal(
      {
        id: 1,
        method: 'subscriptions/listen',
        params: {
          notifications: { toolsListChanged: true, resourceSubscriptions: ['water://level'] },
        },
        meta: { protocolVersion: '2026-07-28', clientCapabilities: {} },
        notify: ({ method }: Notification) => void told.push(method.replace('notifications/', '')),
      },
      () => control.signal,
    ),
  )
  await eventually(() => told.includes('subscriptions/acknowledged'), 'it is acknowledged')
  told.length = 0
  await server?.kill()
  here.notify.resourceUpdated('water://level')
  await server?.start()
  await eventually(
    () => told.includes('tools/list_changed') && told.includes('resources/updated'),
    'the word that messages may have been lost',
  )
  told.length = 0
  await eventually(async () => {
    here.notify.resourceUpdated('water://level')
    await pause(50)
    return told.includes('resources/updated')
  }, 'a message after the crash')
  control.abort()
  await listening
}
