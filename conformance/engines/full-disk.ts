/** A process that keeps everything in a folder, and does what lines of its input say: see full-disk.test.ts. */
import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { StoreError } from '@lutra/core'
import { tasks } from '@lutra/extensions/tasks'
import { createServer, tool } from '@lutra/server'
import { createOps } from '@lutra/server/ops-node'
import { openEngine } from '@lutra/stores'
import { isEnded, send, until } from '../tasks/rig.ts'

const [folder = ''] = process.argv.slice(2)
const said: string[] = []
const engine = await openEngine(`file:${folder}`, {
  onError: (error) => said.push(String(error)),
}).catch((error: StoreError) => {
  process.stdout.write(`${JSON.stringify(error.code)}\n`)
  process.exit(1)
})
const { store, bus } = engine

const plain = tool({ name: 'plain', description: 'Needs no store', run: () => 'at once' })
const slow = tool({ name: 'slow', description: 'A task', task: true, run: () => 'done' })
const extension = tasks({ store, bus, onError() {} })
const server = createServer({
  name: 'full',
  version: '1.0.0',
  tools: [plain, slow],
  store,
  bus,
  extensions: [extension],
  logger: { warn() {}, error() {} },
})
const instance = { server, tasks: extension }
const ops = await createOps({ checks: { store: () => store.get('ready') } }).listen()

const heard: unknown[] = []
bus.subscribe('news', (message) => heard.push(message))

/** Writes until it is refused. */
async function fill(keyOf: (at: number) => string, bytes: number) {
  for (let acknowledged = 0; ; acknowledged++) {
    try {
      const filler = randomBytes(bytes).toString('base64')
      await store.set(keyOf(acknowledged), { count: acknowledged + 1, filler })
    } catch (error) {
      const { code, message } = error as StoreError
      return { acknowledged, code, message }
    }
  }
}

/** What callers and platforms see of the process. */
async function serve() {
  const { content } = await send(instance, 'tools/call', { name: 'plain' })
  const task = await send(instance, 'tools/call', { name: 'slow' }).then(
    async ({ taskId }) => {
      const { status, result } = await until(instance, taskId, isEnded)
      return status === 'completed' ? textOf((result as { content: unknown }).content) : status
    },
    (error: Error) => error.message,
  )
  const { status: ready } = await fetch(`${ops.url}/readyz`)
  return { plain: textOf(content), task, ready }
}

/** How many writes there were, by what is stored. */
async function count(): Promise<number> {
  const entries = await store.list('k/')
  return Math.max(0, ...entries.map(({ value }) => (value as { count: number }).count))
}

function textOf(content: unknown): string {
  return (content as { text: string }[])[0]?.text ?? ''
}

async function recover(): Promise<string> {
  for (const end = Date.now() + 30_000; Date.now() < end; await pause(100)) {
    try {
      await store.set('recovered', true)
      return 'written'
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
    }
  }
  return `never: ${said.at(-1)}`
}

const commands = new Map<string, () => unknown>([
  ['open', () => 'open'],
  // The same few keys again and again: the log grows, the table hardly does.
  ['fill-log', () => fill((at) => `k/${at % 10}`, 1400)],
  ['fill-table', () => fill((at) => `k/${at}`, 100_000)],
  ['serve', serve],
  ['recover', recover],
  ['count', count],
  [
    'hears',
    async () => {
      await bus.publish('news', 'x')
      for (const end = Date.now() + 20_000; heard.length === 0; await pause(10)) {
        if (Date.now() > end) return 'deaf'
      }
      return 'heard'
    },
  ],
])

for await (const line of createInterface({ input: process.stdin })) {
  const outcome = await commands.get(line)?.()
  process.stdout.write(`${JSON.stringify(outcome ?? null)}\n`)
}
