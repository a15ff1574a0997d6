import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ConsentQuestion, consentPage } from './consent-page.ts'
import { plainName } from './html.ts'
import { formTarget } from './layout.ts'

const question: ConsentQuestion = {
  server: 'auth.example.com',
  client: { id: 'app', name: 'App', redirectUris: ['https://app.example.com/cb'] },
  redirectUri: 'https://app.example.com/cb',
  resources: [{ url: 'https://mcp.example.com/mcp', scopes: ['Read your notes'] }],
  token: 'token',
  formTargets: [],
}

test('[AUTH-51] nothing that somebody else wrote becomes markup', () => {
  const hostile = fc.string({
    unit: fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '&',
      '`',
      '=',
      '/',
      'x',
      ' ',
      '\u202e',
      '\n',
      '\u0000',
    ),
  })
  fc.assert(
    fc.property(hostile, hostile, hostile, (name, id, word) => {
      const { body } = consentPage({
        ...question,
        server: word,
        user: `x${word}`,
        client: { ...question.client, id, name },
        resources: [{ url: `https://mcp.example.com/${word}`, scopes: [word] }],
        testUsers: [{ id: 'x', name: word }],
      })
      const plain = consentPage({
        ...question,
        user: 'x',
        testUsers: [{ id: 'x', name: 'x' }],
      }).body
      assert.equal(tagsOf(body), tagsOf(plain))
      assert.doesNotMatch(body, /\u202e/)
    }),
    { numRuns: 200 },
  )
})

test('names are one line of bounded length', () => {
  assert.equal(plainName(' a\r\nb\u2028c\u200bd '), 'a b c d')
  assert.equal(plainName('x'.repeat(200)).length, 101)
})

test('[AUTH-51] the policy lets the form lead to the client alone, whatever its redirect is', () => {
  assert.equal(formTarget('https://app.example.com:8443/cb?x=;y'), 'https://app.example.com:8443')
  assert.equal(formTarget('http://127.0.0.1:1234/cb'), 'http://127.0.0.1:1234')
  assert.equal(formTarget('http://[::1]:1234/cb'), 'http:')
  assert.equal(formTarget("com.example.app:/cb;script-src 'unsafe-inline'"), 'com.example.app:')
  const { headers } = consentPage(question)
  assert.match(
    headers['content-security-policy'] ?? '',
    /form-action 'self' https:\/\/app\.example\.com;/,
  )
})

test('an application on the device is named as what it is', () => {
  const redirectUri = 'com.example.app:/cb'
  const { body } = consentPage({
    ...question,
    redirectUri,
    client: { ...question.client, redirectUris: [redirectUri] },
  })
  assert.match(body, /an application on this device \(com\.example\.app:\)/)
  assert.match(body, /runs on your device/)
})

/** The elements of a page with their attributes' names, in order. */
function tagsOf(html: string): string {
  const tags = html.replace(/<style>[\s\S]*<\/style>/, '').match(/<[^>]*>/g) ?? []
  return tags.map((tag) => tag.replace(/"[^"]*"/g, '""')).join('')
}
