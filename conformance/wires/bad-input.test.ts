import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { connect } from '@lutra/client/connect'
import { badInputs, type Column, deadClient, good, printTable } from './bad-input.ts'
import { type RawWire, rawWires } from './raw.ts'
import { createWorkshop } from './workshop.ts'

process.noDeprecation = true

for (const [name, open] of Object.entries(rawWires)) {
  const column = (name === 'fetch' ? 'HTTP' : name) as Column
  const era = column === 'HTTP' || column === 'stdio' ? 'modern' : 'legacy'

  test(`[WIRE-11, WIRE-34, VER-01, HTTP-29, HTTP-31, HTTP-32, HTTP-60, HTTP-61, LEG-09] what is wrong gets its one answer, and the server goes on (${name})`, async () => {
    const wire = await open(createWorkshop())
    for (const input of badInputs) {
      const expected = input.answers[column]
      if (expected === '–') continue
      const answer = served(await wire.say(input[era]))
      assert.equal(answer, expected, `${input.what} by ${name}`)
      assert.equal(served(await wire.say(good[era])), 'served', `after: ${input.what} by ${name}`)
    }
    await wire.close()
  })

  test(`[HTTP-24, LEG-07] calls of a client that dies (${name})`, async () => {
    const server = createWorkshop()
    const watch = await connect(server)
    const wire = await open(server)
    const call = wire.say(deadClient[era]).catch(() => {})
    while ((await watch.call('begun')).text === '0') await pause(5)
    wire.die()
    if (deadClient.answers[column] === 'aborted') {
      while ((await watch.call('given_up')).text === '0') await pause(5)
    } else await pause(100)
    const expected = deadClient.answers[column] === 'aborted' ? '1' : '0'
    assert.equal((await watch.call('given_up')).text, expected)
    await end(wire, server)
    await call
  })
}

test('the guide shows the answers that are given', () => {
  const guide = new URL('../../docs/guide/errors-on-the-wire.md', import.meta.url)
  assert.ok(readFileSync(guide, 'utf8').includes(printTable()), printTable())
})

// A good answer has another status on each wire.
function served(answer: string): string {
  return answer.endsWith('result') ? 'served' : answer
}

async function end(wire: RawWire, server: ReturnType<typeof createWorkshop>): Promise<void> {
  await server.close()
  await wire.close()
}
