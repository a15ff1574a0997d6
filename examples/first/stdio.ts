import { serveStdio } from '@lutra/server/serve-stdio'
import { server } from './server.ts'

await serveStdio(server)
