import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect } from '@lutra/client/connect'
import { joinedPipes } from '@lutra/core'
import { createServer } from './create-server.ts'
import { servePipe } from './serve-pipe.ts'
import { tool } from './tool.ts'

const greet = tool({ name: 'greet', description: 'Greets', run: () => 'Hello' })
const server = createServer({ name: 'piped', version: '1.0.0', tools: [greet] })

for (const era of ['modern', 'legacy'] as const) {
  test(`[STDIO-17, STDIO-18] a ${era} client is served over a pipe of any kind`, async () => {
    const [near, far] = joinedPipes()
    const served = servePipe(server, far)
    const client = await connect<typeof server>(near, { era })
    assert.equal((await client.tools.greet()).text, 'Hello')
    await client.close()
    await served
  })
}

test('without the older era its clients are refused', async () => {
  const [near, far] = joinedPipes()
  const served = servePipe(server, far, { legacy: false })
  await assert.rejects(connect(near, { era: 'legacy' }), /2026-07-28/)
  await near.close()
  await served
})
