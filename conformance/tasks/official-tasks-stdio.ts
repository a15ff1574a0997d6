import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { createOfficial } from './official-tasks.ts'

await createOfficial().connect(new StdioServerTransport())
