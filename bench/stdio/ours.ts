/** A server over stdio, as a user writes it. */
import { createServer, tool } from '@lutra/server'
import { serveStdio } from '@lutra/server/serve-stdio'
import { z } from 'zod'

const echo = tool({
  name: 'echo',
  description: 'Says again what it was told',
  input: z.object({ text: z.string() }),
  run: ({ text }) => text,
})

await serveStdio(createServer({ name: 'bench', version: '1.0.0', tools: [echo] }))
