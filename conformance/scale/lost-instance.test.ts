/** Clients of earlier revisions whose instance is gone, or whose store is away, while they are asked. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect } from '@lutra/client/connect'
import {
  type Bus,
  createMemoryBus,
  createMemoryStore,
  deferred,
  type Store,
  StoreError,
} from '@lutra/core'
import { createServer, tool } from '@lutra/server'
import { type Fetch, serveHttp } from '@lutra/server/serve-http'
import { z } from 'zod'

interface Ground {
  readonly store: Store
  readonly bus: Bus
  /** What the tool does once it has its answer, at each instance. */
  readonly then?: () => Promise<void>
}

function createInstance({ store, bus, then }: Ground): Fetch {
  const raise = tool({
    name: 'raise',
    description: 'Raises the water, after asking',
    async run(_, ctx) {
      const answer = await ctx.ask('by', 'By how much?', z.object({ by: z.number() }))
      await then?.()
      return answer.action === 'accept' ? `Up by ${answer.content.by}` : answer.action
    },
  })
  const server = createServer({
    name: 'lock',
    version: '1.0.0',
    tools: [raise],
    keys: ['the same secret of 32 bytes or more'],
    logger: { warn() {}, error() {} },
    store,
    bus,
  })
  return serveHttp(server)
}

/** A way to a store and a bus that can be cut, as that of a process which is killed. */
function createWay({ store, bus }: Ground) {
  let open = true
  const through = <T>(work: () => Promise<T>): Promise<T> =>
    open ? work() : Promise.reject(new StoreError('It is away', { code: 'unavailable' }))
  return {
    cut() {
      open = false
    },
    mend() {
      open = true
    },
    store: {
      get: (key) => through(() => store.get(key)),
      getMany: (keys) => through(() => store.getMany(keys)),
      set: (...args) => through(() => store.set(...args)),
      delete: (...args) => through(() => store.delete(...args)),
      list: (...args) => through(() => store.list(...args)),
    } satisfies Store,
    bus: {
      publish: (...args) => through(() => bus.publish(...args)),
      subscribe: (topic, listen, onGap) =>
        bus.subscribe(topic, (told) => open && listen(told), onGap),
    } satisfies Bus,
  }
}

/** Two instances, of which the first takes the calls until it is killed, and the other one the rest. */
function createPair(then?: () => Promise<void>) {
  const ground = { store: createMemoryStore(), bus: createMemoryBus() }
  const way = createWay(ground)
  const first = createInstance({ ...way, ...(then && { then }) })
  const second = createInstance(ground)
  const killing = new AbortController()
  const taken: number[] = []
  const through = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init)
    const isAnswer = (await request.clone().text()).includes('"result"')
    const response = await (killing.signal.aborted || isAnswer ? second : first)(request)
    if (isAnswer) taken.push(response.status)
    if (isAnswer || killing.signal.aborted || !response.body) return response
    const cut = new TransformStream<Uint8Array, Uint8Array>()
    void response.body.pipeTo(cut.writable, { signal: killing.signal }).catch(() => {})
    return new Response(cut.readable, response)
  }
  const kill = () => {
    way.cut()
    killing.abort(new Error('Killed'))
  }
  return { through, kill, taken }
}

const open = (through: typeof fetch, onAsked: () => void = () => {}) =>
  connect('https://lock.example/mcp', {
    era: 'legacy',
    fetch: through,
    onWarning() {},
    answer: {
      elicit() {
        onAsked()
        return { action: 'accept', content: { by: 2 } }
      },
    },
  })

for (const moment of ['waits for an answer', 'works with the answer']) {
  test(`a call whose instance is killed while it ${moment} goes on at another one`, async () => {
    const working = deferred<void>()
    const pair = createPair(() => {
      working.resolve()
      return new Promise(() => {})
    })
    let asked = 0
    await using client = await open(pair.through, () => {
      asked++
      if (moment === 'waits for an answer') pair.kill()
      else void working.promise.then(pair.kill)
    })
    assert.equal((await client.callTool('raise')).text, 'Up by 2')
    assert.deepEqual({ asked, taken: pair.taken }, { asked: 1, taken: [202] })
  })
}

test('an answer that cannot be kept is refused until it can, and counts then', async () => {
  const way = createWay({ store: createMemoryStore(), bus: createMemoryBus() })
  const door = createInstance(way)
  const refused: (string | number | null)[][] = []
  const through = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init)
    const isAnswer = (await request.clone().text()).includes('"result"')
    const response = await door(request)
    if (isAnswer && response.status !== 202) {
      refused.push([response.status, response.headers.get('retry-after')])
      if (refused.length === 2) way.mend()
    }
    return response
  }
  await using client = await open(through, way.cut)
  assert.equal((await client.callTool('raise')).text, 'Up by 2')
  assert.deepEqual(refused, [
    [503, '1'],
    [503, '1'],
  ])
})
