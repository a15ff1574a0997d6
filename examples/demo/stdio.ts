import { serveStdio } from '@lutra/server/serve-stdio'
import { createFerry } from './ferry.ts'

await serveStdio(createFerry())
