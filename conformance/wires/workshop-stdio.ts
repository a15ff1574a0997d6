/** The workshop as a process of its own. */
import { serveStdio } from '@lutra/server/serve-stdio'
import { createWorkshop } from './workshop.ts'

process.noDeprecation = true
await serveStdio(createWorkshop())
