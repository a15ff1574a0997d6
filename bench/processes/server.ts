/** One of several processes of a server: tools over the engine that is named, in the namespace of its group. */
import { tasks } from '@lutra/extensions/tasks'
import { createServer, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import { openEngine } from '@lutra/stores'
import { contend } from '../contend.ts'
import { echo } from '../http/tools.ts'

const [url = 'memory:', namespace = 'lutra'] = process.argv.slice(2)
const engine = await openEngine(url, { namespace })
const server = createServer({
  name: 'bench',
  version: '1.0.0',
  ...engine,
  extensions: [tasks({ ...engine, concurrency: { process: 16, principal: 16 } })],
  tools: [
    tool({ ...echo, run: ({ text }) => text }),
    tool({ ...echo, name: 'later', task: true, run: ({ text }) => text }),
  ],
})
const { port } = await serveNode(server).listen()
contend(port, {})
