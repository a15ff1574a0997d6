import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { createServer2 } from './official-server-2.ts'

serveStdio(() => createServer2())
