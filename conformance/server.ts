import { parseArgs } from 'node:util'
import { serveNode } from '@lutra/server/serve-node'
import { createEverything, serving } from './everything/server.ts'

const { values } = parseArgs({ options: { port: { type: 'string', default: '3000' } } })
const { url } = await serveNode(createEverything(), serving).listen(Number(values.port))
console.log(`Everything is served at ${url}`)
