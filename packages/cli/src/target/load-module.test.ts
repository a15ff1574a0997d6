import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { loadModule } from './load-module.ts'

test('a package is loaded without a word about how', async () => {
  const heard: Error[] = []
  const hear = (warning: Error) => heard.push(warning)
  process.on('warning', hear)
  await assert.rejects(loadModule('zod'), /zod exports no server/)
  await pause(10)
  process.off('warning', hear)
  assert.deepEqual(heard, [])
})
