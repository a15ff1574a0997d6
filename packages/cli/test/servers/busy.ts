import { server } from './kiosk.ts'

// Keeps a process alive, as a server with a database does.
setInterval(() => {}, 60_000)
console.log('The kiosk opens')

// biome-ignore lint/style/noDefaultExport: this is how such modules are written.
export default server
