/** A process that is told to stop, for the test beside it. */
import { createServer, tool } from '@lutra/server'
import { createOps } from '@lutra/server/ops-node'
import { serveNode } from '@lutra/server/serve-node'

const ops = createOps()
const slow = tool({
  name: 'slow',
  description: 'Takes a while',
  async run() {
    process.stdout.write('slow began\n')
    await new Promise((resolve) => setTimeout(resolve, 2500))
    return 'slow'
  },
})
const quick = tool({ name: 'quick', description: 'Takes none', run: () => 'quick' })
const server = createServer({
  name: 'stopping',
  version: '1',
  tools: [slow, quick],
  middleware: [ops.middleware],
})
const mcp = await serveNode(server).listen()
const watched = await ops.listen()
const engine = { close: () => process.stdout.write('engine closed\n') }
ops.stopOnSignals({ close: [mcp, engine, watched], drainMs: 2000 })
process.stdout.write(`ready ${JSON.stringify({ mcp: mcp.url, ops: watched.url })}\n`)
