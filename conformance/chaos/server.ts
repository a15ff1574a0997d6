/** One process of the server under test. */
import './skew.ts'
import type { Store } from '@lutra/core'
import { tasks } from '@lutra/extensions/tasks'
import { createServer } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import { openEngine } from '@lutra/stores'
import { writeLine } from './ledger.ts'
import { createTools } from './tools.ts'

const { ENGINE = '', LEDGER = '', PORT = '', SECRET = '', LEASE_MS = '' } = process.env
const complain = process.env['LOUD'] ? console.error : () => {}

const keys = [SECRET]
const engine = await openEngine(ENGINE, { keys, timeoutMs: 2000, onError: complain })
const { bus } = engine
const store = told(engine.store)
const leaseMs = Number(LEASE_MS)
const server = createServer({
  name: 'chaos',
  version: '1.0.0',
  tools: createTools(LEDGER),
  store,
  bus,
  keys,
  logger: { warn: complain, error: complain },
  extensions: [
    tasks({
      store,
      bus,
      leaseMs,
      scanMs: leaseMs / 3,
      graceMs: 1000,
      concurrency: { process: 32, principal: 32 },
      onError: complain,
    }),
  ],
})
await serveNode(server, { legacy: {} }).listen(Number(PORT))

/** Writes down each result of a step once the engine has said that it keeps it. */
function told(store: Store): Store {
  return {
    ...store,
    async set(key, value, options) {
      const version = await store.set(key, value, options)
      if (version !== undefined && key.startsWith('tasks.step.')) {
        const [, task = ''] = key.split('/')
        writeLine(LEDGER, { what: 'kept', task, step: (value as { key: string }).key })
      }
      return version
    },
  }
}
