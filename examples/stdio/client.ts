import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { connect } from '@lutra/client/connect'
import type { Words } from './server.ts'

process.env['SHOP_SECRET'] = 'not for children'
const file = fileURLToPath(new URL('server.ts', import.meta.url))

// #region connect
let said = ''
const words = await connect<Words>(
  { command: process.execPath, args: ['--import', 'tsx', file], env: { LANGUAGE: 'en' } },
  {
    stderr(text) {
      said += text
    },
    restartDelayMs: 10,
    onWarning: (message) => console.log(`warned: ${message.split('\n')[0]}`),
  },
)
// #endregion

const { data } = await words.tools.count_words({ text: 'to be or not to be' })
assert.equal(data, 6)
while (!said.includes('counting 18 characters')) await pause(5) // a stream of its own
const { text } = await words.tools.secret()
assert.equal(text, 'not handed down')

// #region restart
await assert.rejects(words.tools.crash(), { name: 'ConnectionError' }) // what became of it, nobody knows
const again = await words.tools.count_words({ text: 'here again' }) // waits for the new process
// #endregion
assert.equal(again.data, 2)

await words.close()
console.log(`${data} words, then ${again.data} in a server that was started anew`)
