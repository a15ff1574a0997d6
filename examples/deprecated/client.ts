import assert from 'node:assert/strict'
import { connect } from '@lutra/client/connect'
import { createServer, tool } from '@lutra/server'

const warned: string[] = []

// #region server
const summarize = tool({
  name: 'summarize',
  description: 'Has the client’s model write a summary',
  async run(_, ctx) {
    const [said, folders] = await Promise.all([
      ctx.sample('summary', {
        messages: [{ role: 'user', content: { type: 'text', text: 'Sum up the log' } }],
        maxTokens: 100,
      }),
      ctx.roots(),
    ])
    ctx.log.info('asked the model', { for: 'a summary' })
    const [block] = said ? [said.content].flat() : []
    const words = block?.type === 'text' ? block.text : 'This client has no model'
    return `${words} (${folders?.length ?? 'no'} folders)`
  },
})

const server = createServer({
  name: 'old-ways',
  version: '1.0.0',
  tools: [summarize],
  logger: { warn: (message) => warned.push(message), error: console.error },
})
// #endregion

// #region client
const logged: unknown[] = []
await using client = await connect(server, {
  answer: {
    sample: () => ({
      role: 'assistant',
      content: { type: 'text', text: 'All is well' },
      model: 'a-model',
    }),
    roots: [{ uri: 'file:///projects/lock', name: 'lock' }],
  },
  logLevel: 'info',
  onLog: ({ data }) => logged.push(data),
  onWarning: (message) => warned.push(message),
})
const { text } = await client.tools.summarize()
// #endregion
assert.equal(text, 'All is well (1 folders)')
assert.deepEqual(logged, [{ message: 'asked the model', data: { for: 'a summary' } }])
for (const one of warned) console.log(one)
assert.equal(warned.filter((one) => one.startsWith('ctx.')).length, 3)
assert.equal(warned.filter((one) => one.startsWith('answer.')).length, 2)
