import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultGuard, plainGuard } from './default-guard.ts'

test('[AUTH-50] Where names cannot be looked up, what URLs say is checked, and no redirect followed', async () => {
  const asked: RequestInit[] = []
  const inner = async (_input: unknown, init: RequestInit = {}) => {
    asked.push(init)
    return new Response('x')
  }
  const fetch = plainGuard({}, inner)
  assert.equal(
    await (await fetch('https://as.example/', { method: 'POST', redirect: 'follow' })).text(),
    'x',
  )
  assert.deepEqual(asked, [{ method: 'POST', redirect: 'manual' }])
  for (const url of [
    'https://127.0.0.1/',
    'https://localhost/',
    'http://as.example/',
    'https://x.internal/',
    'https://[::1]/',
  ]) {
    await assert.rejects(fetch(url), { code: 'unsafe_url' }, url)
    await assert.rejects(fetch(new Request(url)), { code: 'unsafe_url' }, url)
  }
  assert.equal(asked.length, 1)
})

test('[AUTH-50] A redirect whose aim a browser hides is an error', async () => {
  const hidden = Object.defineProperty(Response.error(), 'type', { value: 'opaqueredirect' })
  await assert.rejects(plainGuard({}, async () => hidden)('https://as.example/'), {
    code: 'unsafe_url',
  })
})

test('[AUTH-50] On Node.js addresses are looked up', async () => {
  const fetch = await defaultGuard({ allowHosts: ['nowhere.internal'] })
  await assert.rejects(
    fetch('https://nowhere.internal/'),
    /could not be looked up|unsafe|not asked/,
  )
})
