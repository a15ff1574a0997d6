import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Call, isInputRequired, type Params } from '@lutra/core'
import { createSeal, createServer, SealError, tool } from '@lutra/server'

// A page that a person is sent to: its address says for whom it is, sealed, and the page compares that with who visits.
const seal = createSeal()
const visitors = new Set<string>()
const server = createServer({
  name: 'pages',
  version: '1.0.0',
  tools: [
    tool({
      name: 'connect',
      description: 'Sends its caller to a page',
      async run(_, ctx) {
        const who = ctx.auth?.subject ?? ''
        const ticket = await seal.seal({ who }, { context: 'connect', ttlMs: 60_000 })
        const page = new URL('https://pages.test/connect')
        page.searchParams.set('ticket', ticket)
        const answer = await ctx.askUrl('page', 'Please connect', page)
        return JSON.stringify({ answer, connected: visitors.has(who) })
      },
    }),
  ],
})

async function visit(page: URL, visitor: string): Promise<boolean> {
  const ticket = page.searchParams.get('ticket') ?? ''
  const { who } = (await seal.open(ticket, { context: 'connect' })) as { who: string }
  if (who !== visitor) return false
  visitors.add(visitor)
  return true
}

function call(subject: string, params: Params = {}, clientName = 'a client') {
  const auth = { subject, scopes: [], claims: {} }
  const meta: Call['meta'] = {
    protocolVersion: '2026-07-28',
    clientCapabilities: { elicitation: { url: {} } },
    clientInfo: { name: clientName, version: '1' },
  }
  const { signal } = new AbortController()
  const all = { name: 'connect', arguments: {}, ...params }
  return server({ method: 'tools/call', params: all, meta, auth, signal, notify() {} })
}

async function askedOf(subject: string) {
  const result = await call(subject)
  assert.ok(isInputRequired(result))
  const url = result.inputRequests?.['page']?.params?.['url']
  return { page: new URL(String(url)), requestState: result.requestState }
}

const accepted = { page: { action: 'accept', content: { token: 'of a third party' } } }

test('[FEAT-30] a page opens for whom it was made, and its address cannot be changed', async () => {
  const { page } = await askedOf('ann')
  assert.equal(await visit(page, 'bob'), false)
  assert.equal(await visit(page, 'ann'), true)
  const ticket = page.searchParams.get('ticket') ?? ''
  page.searchParams.set('ticket', `${ticket.slice(0, -2)}${ticket.endsWith('AA') ? 'BB' : 'AA'}`)
  await assert.rejects(visit(page, 'ann'), SealError)
})

test('[FEAT-31] who somebody is comes from authentication, whatever its client says', async () => {
  const { requestState } = await askedOf('ann')
  const retry = { inputResponses: accepted, requestState }
  await assert.rejects(call('bob', retry, 'a client of ann'), { code: -32602 })
  assert.ok(await call('ann', retry, 'another client'))
})

test('[FEAT-33] of a page, the client says nothing but that it was opened', async () => {
  const { requestState } = await askedOf('ann')
  const result = await call('ann', { inputResponses: accepted, requestState })
  const said = JSON.stringify(result)
  assert.match(said, /accept/)
  assert.doesNotMatch(said, /third party/)
})
