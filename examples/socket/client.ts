import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer as createSocketServer, connect as dial } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { connect } from '@lutra/client/connect'
import { createServer, tool } from '@lutra/server'
import { servePipe } from '@lutra/server/serve-pipe'
import { z } from 'zod'
import { socketPipe } from './pipe.ts'

let stopped = 0

const nap = tool({
  name: 'nap',
  description: 'Sleeps for a while',
  input: z.object({ ms: z.number() }),
  async run({ ms }, ctx) {
    ctx.signal.addEventListener('abort', () => stopped++)
    ctx.progress(1, 2, 'falling asleep')
    await pause(ms, undefined, { signal: ctx.signal })
    return `Slept ${ms} ms`
  },
})

const server = createServer({ name: 'bed', version: '1.0.0', tools: [nap] })

// #region serve
const sockets = createSocketServer((socket) => {
  servePipe(server, socketPipe(socket)).catch(() => socket.destroy())
})
sockets.listen(0, '127.0.0.1')
// #endregion
await once(sockets, 'listening')
const { port } = sockets.address() as AddressInfo

// #region connect
const bed = await connect<typeof server>(socketPipe(dial(port, '127.0.0.1')))
const { text } = await bed.tools.nap({ ms: 1 }, { onProgress: ({ message }) => heard(message) })
// #endregion
assert.equal(text, 'Slept 1 ms')

// #region cancel
const nightmare = bed.tools.nap({ ms: 60_000 }, { signal: AbortSignal.timeout(500) })
await assert.rejects(nightmare, { name: 'TimeoutError' }) // and the server was told to stop
// #endregion
while (stopped === 0) await pause(5)

await bed.close()
sockets.close()
console.log(text, 'and stopped', stopped)

function heard(message = ''): void {
  assert.equal(message, 'falling asleep')
}
