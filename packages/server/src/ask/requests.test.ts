import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { elicit, elicitUrl } from './requests.ts'

test('[FEAT-28] a form cannot ask for secrets', () => {
  const secrets = [
    'password',
    'apiKey',
    'api_key',
    'access-token',
    'clientSecret',
    'PASSWORD',
    'cvv',
  ]
  for (const name of secrets) {
    assert.throws(() => elicit('?', z.object({ ok: z.boolean(), [name]: z.string() })), {
      name: 'TypeError',
      message: new RegExp(`"${name}": send people to a page`),
    })
  }
  const titled = z.object({ p: z.string().meta({ title: 'Your password' }) })
  assert.throws(() => elicit('?', titled), TypeError)
})

test('a form may ask for what only sounds like a secret', () => {
  for (const name of ['passport', 'secretary', 'tokens', 'key', 'keyboard', 'passenger', 'pin']) {
    assert.ok(elicit('?', z.object({ [name]: z.string() })), name)
  }
})

test('[FEAT-29] a page is https, or http on this machine, and its address has no credentials', () => {
  for (const url of [
    'https://a.test/x?y=1',
    'http://localhost:80/',
    'http://127.0.0.1:3000/a',
    'http://[::1]/',
  ]) {
    assert.equal(elicitUrl('?', url).params?.['url'], new URL(url).href)
  }
  const unsafe = [
    'http://a.test/',
    'http://127.0.0.1.a.test/',
    'https://ada@a.test/',
    'https://:pw@a.test/',
  ]
  for (const url of [...unsafe, 'javascript:1', 'file:///a', 'app://a', 'nonsense', '']) {
    assert.throws(() => elicitUrl('?', url), TypeError, url)
  }
})
