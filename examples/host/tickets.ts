import { createServer, tool } from '@lutra/server'
import { serveStdio } from '@lutra/server/serve-stdio'
import { z } from 'zod'

const list = tool({
  name: 'list',
  description: 'The open tickets',
  hints: { readOnly: true },
  run: () => ['T1', 'T2'],
})

const close = tool({
  name: 'close',
  description: 'Closes a ticket',
  input: z.object({ id: z.string() }),
  hints: { destructive: true },
  run: ({ id }) => `${id} is closed`,
})

await serveStdio(createServer({ name: 'tickets', version: '1.0.0', tools: [list, close] }))
