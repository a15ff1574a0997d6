import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { createServer1 } from './official-server-1.ts'

await createServer1().connect(new StdioServerTransport())
