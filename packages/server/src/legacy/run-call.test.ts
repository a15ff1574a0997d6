import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inputRequired, StoreError } from '@lutra/core'
import { latestRevision } from '@lutra/core/legacy'
import { callOf } from '../../test/calls.ts'
import { runCall } from './run-call.ts'

const question = {
  method: 'elicitation/create',
  params: { mode: 'form', message: 'Sure?', requestedSchema: { type: 'object', properties: {} } },
} as const
const call = callOf(
  'tools/call',
  { name: 'order' },
  { meta: { protocolVersion: '2025-11-25', clientCapabilities: { elicitation: { form: {} } } } },
)
const asking =
  (answers: unknown[]) => async (now: { params: Readonly<Record<string, unknown>> }) => {
    const { inputResponses } = now.params
    if (inputResponses === undefined) return inputRequired({ inputRequests: { sure: question } })
    answers.push(inputResponses)
    return { resultType: 'complete' as const }
  }

function askerThat(reason: Error) {
  return {
    revision: latestRevision,
    maxRounds: 3,
    maxWaitMs: 1000,
    ask: () => Promise.reject(reason),
  }
}

test('a client that does not answer has not agreed', async () => {
  const answers: unknown[] = []
  await runCall(asking(answers), call, askerThat(new Error('nobody is there')))
  assert.deepEqual(answers, [{ sure: { action: 'cancel' } }])
})

test('a store that is away is no answer: the call fails, and can be made again', async () => {
  const answers: unknown[] = []
  const away = new StoreError('The store is away', { code: 'unavailable' })
  await assert.rejects(runCall(asking(answers), call, askerThat(away)), away)
  assert.deepEqual(answers, [])
})
