/** One process of a server, as a capacity is reckoned from it. */
import { createServer, tool } from '@lutra/server'
import { createOps } from '@lutra/server/ops-node'
import { serveNode } from '@lutra/server/serve-node'
import { openEngine } from '@lutra/stores'

const engine = await openEngine(process.env['STORE_URL'] ?? 'memory:')
const ops = createOps()
const add = tool({ name: 'add', description: 'Answers at once', run: () => '3' })
const server = createServer({
  name: 'capacity',
  version: '1.0.0',
  tools: [add],
  keys: ['the same secret of 32 bytes or more'],
  store: engine.store,
  bus: engine.bus,
  middleware: [ops.middleware],
})
const listening = await serveNode(server).listen()
const watched = await ops.listen()
process.on('message', (message) => {
  if (message === 'change') server.notify.toolsChanged()
  if (message === 'collect') {
    globalThis.gc?.()
    process.send?.({ collected: true })
  }
})
process.once('disconnect', () => process.exit(0))
process.send?.({ url: listening.url, ops: watched.url })
