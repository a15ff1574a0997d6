import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  deferred,
  isInputRequired,
  type Message,
  metaKeys,
  type Result,
  RpcError,
} from '@lutra/core'
import {
  accepted,
  call,
  capabilities,
  ignore,
  type Peer,
  type Script,
  sent,
  withSession,
} from './fixture.test.ts'

test('LEG-01: the handshake offers the newest legacy revision, then says initialized', async () => {
  const { connection, peer } = await withSession(ignore, {
    info: { name: 'me', version: '2' },
    capabilities: { roots: {} },
  })
  const hello = {
    protocolVersion: '2025-11-25',
    capabilities: { roots: {} },
    clientInfo: { name: 'me', version: '2' },
  }
  assert.deepEqual(sent(peer, 'initialize'), [hello])
  assert.deepEqual(peer.received[1], { jsonrpc: '2.0', method: 'notifications/initialized' })
  assert.equal(connection.era, 'legacy')
  await connection.close()
  assert.equal(await connection.closed, undefined)
})

for (const version of ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05']) {
  test(`LEG-02: a server may choose ${version}`, async () => {
    const { connection } = await withSession(ignore, { version })
    assert.equal(connection.protocolVersion, version)
    await connection.close()
  })
}

test('LEG-02: a revision that is not spoken here ends the connection, naming both sides', async () => {
  await assert.rejects(withSession(ignore, { version: '1999-01-01' }), /1999-01-01.*2025-11-25/)
})

test('LEG-01: a server that never answers initialize is given up, without a cancellation', async () => {
  const silent: Script = () => new Promise<undefined>(() => {})
  let seen: Peer | undefined
  const attempt = withSession(
    (asked, peer) => {
      seen = peer
      return silent(asked, peer)
    },
    { timeoutMs: 20 },
  )
  await assert.rejects(attempt, /initialize took longer than 20 ms/)
  assert.equal(seen?.received.length, 1)
})

test('discovery is answered from the handshake, without the tasks of 2025-11-25', async () => {
  const { connection, peer } = await withSession(ignore)
  const found = await connection.handler(call('server/discover'))
  assert.deepEqual(sent(peer, 'server/discover'), [])
  const { tasks, ...rest } = capabilities
  assert.deepEqual(found, {
    resultType: 'complete',
    supportedVersions: ['2025-11-25'],
    capabilities: rest,
    instructions: 'Be kind',
    ttlMs: 0,
    cacheScope: 'private',
    _meta: { [metaKeys.serverInfo]: { name: 'old', version: '1' } },
  })
  await connection.close()
})

test('[LEG-29] a call leaves without the modern envelope and comes back as a modern result', async () => {
  const { connection, peer } = await withSession(({ method }) =>
    method === 'tools/list' ? { tools: [] } : undefined,
  )
  const params = { cursor: 'c', _meta: { [metaKeys.protocolVersion]: 'x', mine: 1 } }
  const result = await connection.handler(call('tools/list', params))
  assert.deepEqual(sent(peer, 'tools/list'), [{ cursor: 'c', _meta: { mine: 1 } }])
  assert.equal(result.resultType, 'complete')
  assert.equal(result['ttlMs'], 0)
  await connection.close()
})

test('[LEG-25] a question during a call becomes input_required, and the call goes on with the answer', async () => {
  const { connection } = await withSession(async ({ method }, peer) => {
    if (method !== 'tools/call') return undefined
    const answer = await peer.ask('elicitation/create', {
      message: 'Who?',
      requestedSchema: { type: 'object' },
      _meta: { progressToken: 3 },
    })
    return { content: [], structuredContent: 'result' in answer && answer.result }
  })
  const params = { name: 'greet', arguments: {} }
  const first = await connection.handler(call('tools/call', params))
  assert.ok(isInputRequired(first))
  assert.deepEqual(Object.values(first.inputRequests ?? {}), [
    {
      method: 'elicitation/create',
      params: { message: 'Who?', requestedSchema: { type: 'object' } },
    },
  ])
  const again = { ...params, ...accepted(first, { name: 'Ada' }) }
  const last = await connection.handler(call('tools/call', again))
  assert.equal(last.resultType, 'complete')
  assert.deepEqual(last['structuredContent'], { action: 'accept', content: { name: 'Ada' } })
  await assert.rejects(connection.handler(call('tools/call', again)), /requestState/)
  await connection.close()
})

test('questions that come together are asked together; what is left out is asked again', async () => {
  const { connection } = await withSession(async ({ method }, peer) => {
    if (method !== 'tools/call') return undefined
    const answers = await Promise.all([
      peer.ask('roots/list'),
      peer.ask('sampling/createMessage', { messages: [], maxTokens: 1 }),
    ])
    return { content: answers.map((answer) => 'result' in answer && answer.result) }
  })
  const first = await connection.handler(call('tools/call', { name: 'x' }))
  assert.ok(isInputRequired(first))
  const second = await connection.handler(
    call('tools/call', {
      name: 'x',
      requestState: first.requestState,
      inputResponses: { [keyOf(first, 'roots/list')]: { roots: [] }, unknown: {} },
    }),
  )
  assert.ok(isInputRequired(second))
  const key = keyOf(second, 'sampling/createMessage')
  const last = await connection.handler(
    call('tools/call', {
      name: 'x',
      requestState: second.requestState,
      inputResponses: { [key]: { role: 'assistant' } },
    }),
  )
  assert.deepEqual(last['content'], [{ roots: [] }, { role: 'assistant' }])
  await connection.close()
})

function keyOf(result: Result, method: string): string {
  const requests = isInputRequired(result) ? (result.inputRequests ?? {}) : {}
  const found = Object.entries(requests).find(([, request]) => request.method === method)
  assert.ok(found, `expected a question ${method}`)
  return found[0]
}

test('a parked call belongs to its caller and its tool', async () => {
  const { connection } = await withSession(async ({ method }, peer) => {
    if (method === 'tools/call') await peer.ask('roots/list')
    return undefined
  })
  const auth = { subject: 'ada', scopes: [], claims: {} }
  const first = await connection.handler(call('tools/call', { name: 'x' }, { auth }))
  const state = accepted(first, {})
  const foreign = [
    call('tools/call', { name: 'x', ...state }),
    call('tools/call', { name: 'y', ...state }, { auth }),
    call('prompts/get', { name: 'x', ...state }, { auth }),
  ]
  for (const one of foreign) await assert.rejects(connection.handler(one), { code: -32602 })
  const last = await connection.handler(call('tools/call', { name: 'x', ...state }, { auth }))
  assert.equal(last.resultType, 'complete')
  await connection.close()
})

test('a parked call that nobody comes back to is cancelled at the server', async () => {
  const { connection, peer } = await withSession(
    async ({ method }, peer) => {
      if (method === 'tools/call') await peer.ask('roots/list')
      return undefined
    },
    { park: { ttlMs: 20 } },
  )
  const first = await connection.handler(call('tools/call', { name: 'x' }))
  for (let tries = 0; tries < 500 && sent(peer, 'notifications/cancelled').length === 0; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.equal(sent(peer, 'notifications/cancelled').length, 1)
  const late = call('tools/call', { name: 'x', ...accepted(first, {}) })
  await assert.rejects(connection.handler(late), { code: -32602 })
  await connection.close()
})

test('beyond the bound on parked calls, the server gets an error instead of an answer', async () => {
  const { connection } = await withSession(
    async ({ method }, peer) => {
      if (method !== 'tools/call') return undefined
      const answer = await peer.ask('roots/list')
      return { content: [], refused: 'error' in answer }
    },
    { park: { max: 1 } },
  )
  const first = await connection.handler(call('tools/call', { name: 'x' }))
  assert.ok(isInputRequired(first))
  const second = await connection.handler(call('tools/call', { name: 'x' }))
  assert.equal(second['refused'], true)
  await connection.close()
})

test('a caller who cannot answer is not asked: options.answer is, or nobody', async () => {
  const script: Script = async ({ method }, peer) => {
    if (method !== 'tools/call') return undefined
    const answer = await peer.ask('elicitation/create', {
      mode: 'url',
      url: 'https://a',
      message: '',
    })
    return { content: [], answer }
  }
  const meta = { protocolVersion: '2025-11-25', clientCapabilities: { elicitation: {} } }
  const alone = await withSession(script)
  const refused = await alone.connection.handler(call('tools/call', { name: 'x' }, { meta }))
  assert.equal((refused['answer'] as { error: { code: number } }).error.code, -32602)
  await alone.connection.close()

  const helped = await withSession(script, { answer: { elicitUrl: () => ({ action: 'decline' }) } })
  const answered = await helped.connection.handler(call('tools/call', { name: 'x' }, { meta }))
  assert.deepEqual((answered['answer'] as { result: unknown }).result, { action: 'decline' })
  await helped.connection.close()
})

test('LEG-03: outside any call ping is answered, roots come from options.answer, the rest is unknown', async () => {
  const { connection, peer } = await withSession(ignore, {
    answer: { roots: [{ uri: 'file:///a' }] },
  })
  assert.deepEqual(await peer.ask('ping'), { jsonrpc: '2.0', id: 's1', result: {} })
  const roots = await peer.ask('roots/list')
  assert.deepEqual('result' in roots && roots.result, { roots: [{ uri: 'file:///a' }] })
  const other = await peer.ask('tools/list')
  assert.equal('error' in other && other.error.code, -32601)
  await connection.close()
})

test('a question that the server takes back no longer holds the call', async () => {
  const { connection } = await withSession(async ({ method }, peer) => {
    if (method !== 'tools/call') return undefined
    void peer.ask('roots/list')
    peer.send({
      method: 'notifications/cancelled',
      params: { requestId: 's1' },
    } as unknown as Message)
    return { content: [] }
  })
  const result = await connection.handler(call('tools/call', { name: 'x' }))
  const last = isInputRequired(result)
    ? await connection.handler(call('tools/call', { name: 'x', ...accepted(result, {}) }))
    : result
  assert.equal(last.resultType, 'complete')
  await connection.close()
})

test('LEG-07: an aborted call is cancelled at the server and rejects with the reason of its signal', async () => {
  const started = deferred<void>()
  const { connection, peer } = await withSession(({ method }) => {
    if (method !== 'tools/call') return undefined
    started.resolve()
    return new Promise<undefined>(() => {})
  })
  const cancel = new AbortController()
  const running = connection.handler(call('tools/call', { name: 'x' }, { signal: cancel.signal }))
  await started.promise
  cancel.abort(new Error('enough'))
  await assert.rejects(running, /enough/)
  await peer.ask('ping')
  const asked = peer.received.find(
    (message) => 'method' in message && message.method === 'tools/call',
  )
  assert.deepEqual(sent(peer, 'notifications/cancelled'), [
    { requestId: asked && 'id' in asked && asked.id, reason: 'enough' },
  ])
  await connection.close()
})

test('[LEG-24] the error that needs a URL opened asks for it, then the call is sent again', async () => {
  let calls = 0
  const { connection, peer } = await withSession(({ method }) => {
    if (method !== 'tools/call') return undefined
    if (++calls > 1) return { content: [], calls }
    throw new RpcError('Sign in', {
      code: -32042,
      data: {
        elicitations: [{ mode: 'url', elicitationId: 'e', url: 'https://a/b', message: 'Go' }],
      },
    })
  })
  const first = await connection.handler(call('tools/call', { name: 'x' }))
  assert.ok(isInputRequired(first))
  assert.deepEqual(Object.values(first.inputRequests ?? {}), [
    { method: 'elicitation/create', params: { mode: 'url', url: 'https://a/b', message: 'Go' } },
  ])
  const again = connection.handler(call('tools/call', { name: 'x', ...accepted(first, {}) }))
  await peer.ask('ping')
  assert.equal(calls, 1)
  peer.send({
    method: 'notifications/elicitation/complete',
    params: { elicitationId: 'e' },
  } as unknown as Message)
  assert.equal((await again)['calls'], 2)
  await connection.close()
})

test('whoever does not open the URL gets an error, and so does who could not be asked', async () => {
  const { connection } = await withSession(({ method }) => {
    if (method !== 'tools/call') return undefined
    throw new RpcError('Sign in', {
      code: -32042,
      data: {
        elicitations: [{ mode: 'url', elicitationId: 'e', url: 'https://a/b', message: 'Go' }],
      },
    })
  })
  const first = await connection.handler(call('tools/call', { name: 'x' }))
  assert.ok(isInputRequired(first))
  const inputResponses = { [keyOf(first, 'elicitation/create')]: { action: 'decline' } }
  const declined = { name: 'x', requestState: first.requestState, inputResponses }
  await assert.rejects(connection.handler(call('tools/call', declined)), { code: -32602 })

  const meta = { protocolVersion: '', clientCapabilities: {} }
  await assert.rejects(connection.handler(call('tools/call', { name: 'x' }, { meta })), {
    code: -32021,
  })
  await connection.close()
})

test('[LEG-27] a missing resource is an error of the params', async () => {
  const { connection } = await withSession(({ method }) => {
    if (method !== 'resources/read') return undefined
    throw new RpcError('Resource not found', { code: -32002, data: { uri: 'a:b' } })
  })
  const read = connection.handler(call('resources/read', { uri: 'a:b' }))
  await assert.rejects(read, { code: -32602, data: { uri: 'a:b' } })
  await connection.close()
})

test('when the server goes away, running calls fail and the connection says why', async () => {
  const { connection, end } = await withSession(({ method }) =>
    method === 'tools/call' ? new Promise<undefined>(() => {}) : undefined,
  )
  const running = connection.handler(call('tools/call', { name: 'x' }))
  end()
  await assert.rejects(running, { name: 'ConnectionError' })
  assert.equal((await connection.closed)?.name, 'ConnectionError')
  await assert.rejects(connection.handler(call('tools/list')), { name: 'ConnectionError' })
})

test('LEG-03: no id is used twice in a session', async () => {
  const { connection, peer } = await withSession(({ method }) => {
    if (method === 'tools/list') throw new RpcError('No', { code: -32000 })
    return undefined
  })
  const calls = ['tools/list', 'prompts/list', 'tools/list', 'tools/call'].map((method) =>
    connection.handler(call(method)).catch(() => {}),
  )
  await Promise.all(calls)
  await connection.handler(call('prompts/list'))
  const ids = peer.received.flatMap((message) =>
    'method' in message && 'id' in message ? [message.id] : [],
  )
  assert.equal(ids.length, 6)
  assert.equal(new Set(ids).size, ids.length)
  await connection.close()
})
