/** Our server as a process of its own, over standard input and output. */
import { serveStdio } from '@lutra/server/serve-stdio'
import { createPeerServer } from './our-server.ts'

await serveStdio(createPeerServer())
