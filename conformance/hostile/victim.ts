/** The process of a server that is attacked: it serves over HTTP, or over stdio, and says over IPC how it fares. */
import { setTimeout as sleep } from 'node:timers/promises'
import { serveNode } from '@lutra/server/serve-node'
import { serveStdio } from '@lutra/server/serve-stdio'
import type { Health, VictimOptions } from './start-victim.ts'
import { createTarget } from './target.ts'

const options = JSON.parse(process.argv[2] ?? '{}') as VictimOptions
const { server, state } = createTarget(options)
const prototypeSize = Object.getOwnPropertyNames(Object.prototype).length
let violations = 0
process.on('warning', ({ name }) => {
  if (name !== 'DeprecationWarning') violations += 1
})

if (options.stdio) {
  process.on('message', answer)
  await serveStdio(server, options.pipe)
  process.disconnect?.()
} else {
  const { listen } = serveNode(server, options.http)
  const serving = await listen()
  process.on('message', answer)
  process.send?.({ port: serving.port })
  process.on('disconnect', () => process.exit())
}

async function answer(asked: { id: number; what: string }): Promise<void> {
  if (asked.what === 'change') server.notify.toolsChanged()
  if (asked.what === 'close') await server.close()
  process.send?.({ id: asked.id, health: await healthOf() })
}

async function healthOf(): Promise<Health> {
  // Garbage is collected in several rounds: what is finalized in one of them is gone in the next.
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.()
    await sleep(5)
  }
  const handles: Record<string, number> = {}
  for (const name of process.getActiveResourcesInfo()) handles[name] = (handles[name] ?? 0) + 1
  return {
    heap: process.memoryUsage().heapUsed,
    rss: process.memoryUsage().rss,
    running: state.running,
    started: state.started,
    listening: state.listening(),
    errors: state.errors,
    warnings: violations,
    handles,
    polluted: Object.keys(Object.prototype).concat(
      Object.getOwnPropertyNames(Object.prototype).length === prototypeSize ? [] : ['?'],
    ),
  }
}
