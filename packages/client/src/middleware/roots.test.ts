import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Root } from '@lutra/core'
import { answerQuestion } from './answer-question.ts'

function rootsOf(roots: readonly Root[] | ((about: { server?: { name: string } }) => Root[])) {
  const context = { key: 'r', method: 'tools/call', signal: new AbortController().signal }
  return answerQuestion({ method: 'roots/list' }, context, {
    answer: { roots },
    capabilities: { roots: {} },
    server: { name: 'asking', version: '1' },
    onWarning() {},
  })
}

test('[FEAT-46, FEAT-47] roots are told as they were permitted, to whom they were permitted', async () => {
  const given = [{ uri: 'file:///home', name: 'Home' }, { uri: 'file:///a..b/..c' }]
  assert.deepEqual(await rootsOf(given), { roots: given })
  const some = ({ server }: { server?: { name: string } }) =>
    server?.name === 'trusted' ? given : []
  assert.deepEqual(await rootsOf(some), { roots: [] })
})

test('[FEAT-47] a root that is no file, or leads upwards, is told to nobody', async () => {
  const upwards = [
    'file:///a/../b',
    'file:///..',
    'file:///a/%2e%2e/b',
    'file:///a%2f..%2fb',
    'file:///a\\..\\b',
  ]
  for (const uri of [...upwards, 'https://a.test/', '/etc', 'file:', 'FILE:///a']) {
    await assert.rejects(rootsOf([{ uri: 'file:///good' }, { uri }]), TypeError, uri)
  }
})
