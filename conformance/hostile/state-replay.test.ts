/** State that travels through the hands of a client: over the real wire, changed, and brought to where it does not belong. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Auth, createMemoryStore, principalOf } from '@lutra/core'
import { type Listening, serveNode } from '@lutra/server/serve-node'
import { createChance, seedOf } from './random.ts'
import type { VictimOptions } from './start-victim.ts'
import { createTarget } from './target.ts'
import { messageOf, modern, send } from './wire.ts'

const keys = ['the key of these tests, of thirty-two bytes or more']
const capabilities = { elicitation: {} }
const inputResponses = { who: { action: 'accept', content: { name: 'eve' } } }

function serve(options: VictimOptions = {}): Promise<Listening> {
  const { server } = createTarget({ keys, ...options })
  return serveNode(server, { closeTimeoutMs: 10 }).listen()
}

type Params = Readonly<Record<string, unknown>>

async function call(port: number, params: Params) {
  const { status, body } = await send(port, modern('tools/call', params, { capabilities }))
  assert.ok(status < 500)
  const { result, error } = messageOf({ status, body, headers: new Map() })
  return { result, error, text: JSON.stringify(result?.['structuredContent'] ?? null) }
}

async function stateOf(port: number, params: Params): Promise<string> {
  const { result } = await call(port, params)
  assert.equal(result?.['resultType'], 'input_required')
  return String(result?.['requestState'])
}

const asked = { name: 'ask', arguments: { n: 1 } }

test('state serves the call that it was issued for, and no other', async () => {
  const [first, second, other] = await Promise.all([serve(), serve(), serve({ name: 'other' })])
  const foreign = await serve({ keys: ['another key, which also has thirty-two bytes or more'] })
  try {
    const requestState = await stateOf(first.port, asked)
    const retry = { ...asked, inputResponses, requestState }
    for (const { port } of [first, second]) assert.match((await call(port, retry)).text, /eve/)
    const misuses: [port: number, params: Params][] = [
      [other.port, retry],
      [foreign.port, retry],
      [first.port, { ...retry, arguments: { n: 2 } }],
      [first.port, { ...retry, arguments: {} }],
      [first.port, { ...retry, arguments: { n: 1, more: true } }],
      [first.port, { ...retry, name: 'ask-too' }],
      [first.port, { ...retry, name: 'own-state' }],
    ]
    for (const [port, params] of misuses) {
      const { error } = await call(port, params)
      assert.equal(error?.code, -32602, JSON.stringify(params))
      assert.match(error?.message ?? '', /requestState/)
    }
  } finally {
    await Promise.all([first, second, other, foreign].map((one) => one.close()))
  }
})

test('state is of no use to another principal, in either direction', async () => {
  const { server } = createTarget({ keys })
  // Whoever stands in front has found out who calls; here, the header says it.
  const { listener } = serveNode(server)
  const http = createServer((req, res) => {
    const subject = req.headers['x-user']
    listener(req, res, typeof subject === 'string' ? { auth: authOf(subject) } : {})
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  const as = async (user: string | undefined, params: Params) => {
    const headers = user === undefined ? [] : [`X-User: ${user}`]
    return messageOf(await send(port, modern('tools/call', params, { capabilities, headers })))
  }
  try {
    const users = ['ann', 'bob', 'ann ', 'ANN', undefined]
    for (const owner of users) {
      const { result } = await as(owner, asked)
      const retry = { ...asked, inputResponses, requestState: result?.['requestState'] }
      for (const user of users) {
        const { result: done, error } = await as(user, retry)
        // A header has no spaces at its end.
        const same = user?.trim() === owner?.trim()
        assert.equal(done?.['resultType'], same ? 'complete' : undefined, `${owner} ${user}`)
        assert.equal(error?.code, same ? undefined : -32602)
      }
    }
  } finally {
    http.closeAllConnections()
    http.close()
  }
})

test('no two callers have one name', () => {
  const callers: Auth[] = [
    { ...authOf('a'), clientId: 'b\n' },
    { ...authOf('a\nb'), clientId: '' },
    authOf('a\nb'),
    authOf('a\nb\n'),
    authOf('a'),
    authOf(''),
    authOf('["a",null,null]'),
    { ...authOf('a'), claims: { iss: 'https://one.example' } },
    { ...authOf('a'), claims: { iss: 'https://two.example' } },
  ]
  assert.equal(new Set([undefined, ...callers].map(principalOf)).size, callers.length + 1)
})

test('the state of a handler and that of its questions are not taken for one another', async () => {
  const one = await serve()
  try {
    const { result } = await call(one.port, { name: 'own-state' })
    assert.ok(result)
    const { sealed } = result['structuredContent'] as { sealed: string }
    const again = await call(one.port, { name: 'own-state', requestState: sealed })
    assert.match(again.text, /"before":\{"a":1\}/)
    const swapped = await call(one.port, { ...asked, inputResponses, requestState: sealed })
    assert.equal(swapped.error?.code, -32602)
  } finally {
    await one.close()
  }
})

test('state that was changed anywhere is refused, and never asked about again', async () => {
  const one = await serve()
  try {
    const requestState = await stateOf(one.port, asked)
    const chance = createChance(seedOf())
    const alphabet = 'ABCXYZabcxyz0189-_=+/ \u0000é'
    const changes = Array.from({ length: 300 }, () => {
      const at = chance.below(requestState.length)
      const letter = chance.one([...alphabet])
      switch (chance.below(5)) {
        case 0:
          return requestState.slice(0, at)
        case 1:
          return requestState.slice(at)
        case 2:
          return `${requestState.slice(0, at)}${letter}${requestState.slice(at)}`
        case 3:
          return `${requestState}${letter}`
        default:
          return `${requestState.slice(0, at)}${letter}${requestState.slice(at + 1)}`
      }
    }).filter((changed) => changed !== requestState)
    const odd = ['', ' ', 'x'.repeat(1_000_000), null, 1, true, [requestState], { requestState }]
    for (const changed of [...changes, ...odd]) {
      const { error } = await call(one.port, { ...asked, inputResponses, requestState: changed })
      assert.equal(error?.code, -32602, String(changed).slice(0, 200))
    }
  } finally {
    await one.close()
  }
})

test('state ends with its time, and with its first use where that is asked for', async () => {
  const brief = await serve({ asking: { ttlMs: 150 } })
  const once = await serve({ asking: { once: createMemoryStore() } })
  try {
    const late = { ...asked, inputResponses, requestState: await stateOf(brief.port, asked) }
    await sleep(200)
    assert.match((await call(brief.port, late)).error?.message ?? '', /expired/)
    const retry = { ...asked, inputResponses, requestState: await stateOf(once.port, asked) }
    const tries = await Promise.all(Array.from({ length: 10 }, () => call(once.port, retry)))
    assert.equal(tries.filter(({ text }) => text.includes('eve')).length, 1)
    assert.equal(tries.filter(({ error }) => error?.code === -32602).length, 9)
  } finally {
    await Promise.all([brief.close(), once.close()])
  }
})

test('answers of wrong types, to other keys and under names of the language are not accepted', async () => {
  const one = await serve()
  try {
    const requestState = await stateOf(one.port, asked)
    const accept = (content: unknown) => ({ who: { action: 'accept', content } })
    const answers: unknown[] = [
      accept({}),
      accept({ name: 1 }),
      accept({ name: null }),
      accept([]),
      accept('eve'),
      accept(undefined),
      { who: 'accept' },
      { who: { action: 'ACCEPT' } },
      { who: { action: '__proto__' } },
      { who: null },
      [],
      'who',
      7,
      JSON.parse('{"__proto__":{"who":{"action":"accept","content":{"name":"eve"}}}}'),
      JSON.parse('{"who":{"__proto__":{"action":"accept","content":{"name":"eve"}}}}'),
      JSON.parse('{"who":{"action":"accept","content":{"__proto__":{"name":"eve"}}}}'),
    ]
    for (const responses of answers) {
      const { result, error, text } = await call(one.port, {
        ...asked,
        inputResponses: responses,
        requestState,
      })
      const again = result?.['resultType'] === 'input_required'
      assert.ok(again || error?.code === -32602, `${JSON.stringify(responses)}: ${text}`)
      assert.ok(!text.includes('eve'))
    }
  } finally {
    await one.close()
  }
})

function authOf(subject: string): Auth {
  return { subject, scopes: [], claims: {} }
}
