import { createServer, tool } from '@lutra/server'
import { serveHttp } from '@lutra/server/serve-http'
import { z } from 'zod'

const greet = tool({
  name: 'greet',
  description: 'Greets someone',
  input: z.object({ name: z.string() }),
  async run({ name }, ctx) {
    ctx.progress(1, 2, 'looking up the words')
    return `Hello, ${name}, from the edge`
  },
})

const server = createServer({ name: 'edge', version: '1.0.0', tools: [greet] })
export type Edge = typeof server

export default { fetch: serveHttp(server) }
