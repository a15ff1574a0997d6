import assert from 'node:assert/strict'
import { connect } from '@lutra/client/connect'
import { type Extension, invalidParams } from '@lutra/core'
import { createServer, tool } from '@lutra/server'

const greet = tool({ name: 'greet', description: 'Greets', run: () => 'Hello' })

// #region extension
const id = 'com.example/echo'

/** What a server with it can do more. */
const echo = (prefix: string): Extension => ({
  id,
  settings: { maxLength: 100 },
  methods: {
    async 'com.example/echo'({ params }) {
      const { words } = params
      if (typeof words !== 'string') throw invalidParams('Expected "words" to be a string')
      return { resultType: 'complete', words: `${prefix} ${words.slice(0, 100)}` }
    },
  },
})
// #endregion

// #region on
const server = createServer({
  name: 'cave',
  version: '1.0.0',
  tools: [greet],
  extensions: [echo('…')], // off unless it stands here
})

await using cave = await connect(server, { extensions: [{ id }] }) // and here
const { extensions = {} } = cave.server.capabilities
const has = id in extensions
const { words } = await cave.request('com.example/echo', { words: 'hello' })
// #endregion
assert.ok(has)
assert.equal(words, '… hello')
await assert.rejects(cave.request('com.example/echo'), { code: -32602 })

await using plain = await connect(createServer({ name: 'plain', version: '1.0.0', tools: [greet] }))
await assert.rejects(plain.request('com.example/echo'), { code: -32601 })
console.log(words)
