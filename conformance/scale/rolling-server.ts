/** A process that is stopped under load, for the test of rolling restarts. */
import { createServer, tool } from '@lutra/server'
import { createOps } from '@lutra/server/ops-node'
import { serveNode } from '@lutra/server/serve-node'

const count = tool({
  name: 'count',
  description: 'Takes a moment',
  async run() {
    await new Promise((resolve) => setTimeout(resolve, 3))
    return 'counted'
  },
})
const server = createServer({ name: 'rolling', version: '1.0.0', tools: [count] })
const listening = await serveNode(server).listen(Number(process.env['PORT']))
createOps().stopOnSignals({ close: [listening], drainMs: 200 })
process.send?.('ready')
process.once('disconnect', () => process.exit(1)) // nothing is left where the test is killed
