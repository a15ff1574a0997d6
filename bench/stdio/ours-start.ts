/** The least that a server takes: a tool described by JSON Schema. */
import { createServer, tool } from '@lutra/server'
import { serveStdio } from '@lutra/server/serve-stdio'

const echo = tool({
  name: 'echo',
  description: 'Says again what it was told',
  input: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
  run: ({ text }) => String(text),
})

await serveStdio(createServer({ name: 'bench', version: '1.0.0', tools: [echo] }))
