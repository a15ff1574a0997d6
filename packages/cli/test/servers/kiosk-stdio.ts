import { serveStdio } from '@lutra/server/serve-stdio'
import { server } from './kiosk.ts'

await serveStdio(server)
