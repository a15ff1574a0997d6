import { serveHttp } from '@lutra/server/serve-http'
import { server } from './kiosk.ts'

// biome-ignore lint/style/noDefaultExport: this is how such modules are written.
export default { fetch: serveHttp(server) }
