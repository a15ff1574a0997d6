import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryBus, createMemoryStore } from '@lutra/core'
import { type EngineCase, engineCases } from './suite.ts'

function memory() {
  const engine = { store: createMemoryStore(), bus: createMemoryBus(), close: async () => {} }
  return { one: engine, two: engine }
}

for (const { name, run } of engineCases) test(`memory ${name}`, () => run(memory()))

test('an engine that breaks its promises is found out', async () => {
  const { one } = memory()
  const forgetful = { ...one, store: { ...one.store, get: async () => undefined } }
  const deaf = { ...one, bus: { ...one.bus, publish: async () => {} } }
  const failures = async (engine: typeof one) => {
    const run = ({ run }: EngineCase) =>
      run({ one: engine, two: engine }).then(
        () => 0,
        () => 1,
      )
    const results: number[] = await Promise.all(engineCases.map(run))
    return results.reduce((sum, one) => sum + one)
  }
  assert.equal(await failures(one), 0)
  assert.ok((await failures(forgetful)) >= 5)
  assert.ok((await failures(deaf)) >= 3)
})
