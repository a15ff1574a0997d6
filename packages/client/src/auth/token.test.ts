import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt, exportJWK, generateKeyPair } from 'jose'
import { printed } from '../../test/token-endpoint.ts'
import type { Authorizer, WayIn } from '../http/authorizer.ts'
import { token } from './token.ts'

const url = new URL('https://mcp.example.com/mcp')
const departure = { method: 'POST', url, operation: 'tools/call render' }
const arrival = (status: number, headers: Record<string, string> = {}) => ({
  status,
  header: (name: string) => headers[name],
})
const made = (way: WayIn): Authorizer => way({ server: url, warn: () => undefined }).authorizer

test('[AUTH-43] A token goes into the header of each request', async () => {
  const way = made(token('abc'))
  assert.deepEqual(await way.headers(departure), { authorization: 'Bearer abc' })
  assert.equal(await way.arrived(arrival(200), departure, 1), false)
})

test('A token that was refused, and cannot be fetched anew, is the end', async () => {
  const way = made(token('abc-secret'))
  await way.headers(departure)
  await assert.rejects(
    async () => way.arrived(arrival(401), departure, 1),
    (error: Error) => {
      assert.equal(error.name, 'AuthError')
      assert.match(error.message, /mcp\.example\.com\/mcp refused the token for tools\/call render/)
      assert.ok(!printed(error).includes('abc-secret'))
      return true
    },
  )
})

test('A function is asked once, and again when its token is refused, but only once for a request', async () => {
  const refusals: boolean[] = []
  const way = made(
    token(async ({ refused, server }) => {
      assert.equal(server, url)
      refusals.push(refused)
      return `t${refusals.length}`
    }),
  )
  const both = await Promise.all([way.headers(departure), way.headers(departure)])
  assert.deepEqual(both[0], both[1])
  assert.equal(await way.arrived(arrival(401), departure, 1), true)
  assert.deepEqual(await way.headers(departure), { authorization: 'Bearer t2' })
  await assert.rejects(async () => way.arrived(arrival(401), departure, 2), { code: 'token' })
  assert.deepEqual(refusals, [false, true])
})

test('A function that has nothing newer is believed', async () => {
  const way = made(token(() => 'same'))
  await way.headers(departure)
  await assert.rejects(async () => way.arrived(arrival(401), departure, 1), { code: 'token' })
})

test('A function that fails is asked again by the next request', async () => {
  let calls = 0
  const way = made(
    token(() => {
      calls += 1
      if (calls === 1) throw new Error('vault is sealed')
      return 'open'
    }),
  )
  await assert.rejects(async () => way.headers(departure), /sealed/)
  assert.deepEqual(await way.headers(departure), { authorization: 'Bearer open' })
})

test('[AUTH-48] A program that lacks a scope is told which', async () => {
  const way = made(token('abc'))
  const challenge = 'Bearer error="insufficient_scope", scope="files:read files:write"'
  await assert.rejects(
    async () => way.arrived(arrival(403, { 'www-authenticate': challenge }), departure, 1),
    { code: 'scope', message: /needs files:read files:write/ },
  )
  assert.equal(await way.arrived(arrival(403), departure, 1), false)
})

test('[AUTH-43] What no header can hold is refused without being shown', async () => {
  for (const bad of ['', 'a b', 'secret\r\nx: y', 'ü', 'x'.repeat(100_000)]) {
    assert.throws(() => token(bad), /access token/)
    const way = made(token(() => bad))
    await assert.rejects(
      async () => way.headers(departure),
      (error: Error) => error.name === 'AuthError' && !error.message.includes('secret'),
    )
  }
})

test('[EXT-17] A token that is bound to a key goes with a proof, and follows a nonce', async () => {
  const keys = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(keys.privateKey)), kty: 'EC' }
  for (const dpop of [keys, jwk]) {
    const way = made(token('bound', { dpop }))
    const first = await way.headers(departure)
    assert.equal(first['authorization'], 'DPoP bound')
    const demand = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'n1' }
    assert.equal(await way.arrived(arrival(401, demand), departure, 1), true)
    const second = await way.headers(departure)
    assert.equal(decodeJwt(second['dpop'] ?? '')['nonce'], 'n1')
    await assert.rejects(async () => way.arrived(arrival(401, demand), departure, 3))
  }
})
