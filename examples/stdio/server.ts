import { createServer, tool } from '@lutra/server'
import { serveStdio } from '@lutra/server/serve-stdio'
import { z } from 'zod'

// #region serve
const count = tool({
  name: 'count_words',
  description: 'Counts the words of a text',
  input: z.object({ text: z.string() }),
  run({ text }) {
    console.log('counting', text.length, 'characters') // goes to stderr: stdout belongs to the protocol
    return text.split(/\s+/).filter(Boolean).length
  },
})
// #endregion

const crash = tool({ name: 'crash', description: 'Dies', run: () => process.exit(1) })

const folder = tool({
  name: 'secret',
  description: 'Looks for a variable of the parent process',
  run: () => process.env['SHOP_SECRET'] ?? 'not handed down',
})

const server = createServer({ name: 'words', version: '1.0.0', tools: [count, crash, folder] })
export type Words = typeof server

await serveStdio(server)
