/** A server whose tool calls go on as tasks, over the engine that is named, and what is measured inside its process. */
import { setTimeout as pause } from 'node:timers/promises'
import { type Result, withSignal } from '@lutra/core'
import { tasks, tasksId } from '@lutra/extensions/tasks'
import { createServer, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import { openEngine } from '@lutra/stores'
import { z } from 'zod'
import { contend, memoryUsed } from '../contend.ts'

const [url = 'memory:', role = 'run', namespace = 'lutra'] = process.argv.slice(2)
const engine = await openEngine(url, { namespace })
const running = tasks({
  ...engine,
  run: role === 'run',
  concurrency: { process: 64, principal: 64 },
  open: { anonymous: 1_000_000_000 }, // counted, and never too many
})
const server = createServer({
  name: 'bench',
  version: '1.0.0',
  ...engine,
  extensions: [running],
  tools: [
    tool({
      name: 'echo',
      description: 'Says it again',
      input: z.object({ text: z.string() }),
      run: ({ text }) => text,
    }),
    tool({
      name: 'later',
      description: 'Says it again, as a task',
      input: z.object({ text: z.string() }),
      task: true,
      run: ({ text }) => text,
    }),
    tool({
      name: 'asks',
      description: 'Waits for somebody',
      input: z.object({ text: z.string() }),
      task: true,
      run: async (_, ctx) => (await ctx.ask('who', 'Who?', z.object({ name: z.string() }))).action,
    }),
  ],
})
const { port } = await serveNode(server, { maxCalls: 50_000 }).listen()

const meta = {
  protocolVersion: '2026-07-28',
  clientInfo: { name: 'bench', version: '1.0.0' },
  clientCapabilities: { elicitation: { form: {} }, extensions: { [tasksId]: {} } },
}

function send(method: string, params: Record<string, unknown>): Promise<Result> {
  const call = { id: 1, method, params, meta, notify() {} }
  return server(withSignal(call, () => new AbortController().signal))
}

async function start(name: string): Promise<string> {
  const { taskId } = await send('tools/call', { name, arguments: { text: 'hello' } })
  return String(taskId)
}

async function until(id: string, status: string): Promise<void> {
  while ((await send('tasks/get', { taskId: id }))['status'] !== status) await pause(5)
}

/** Starts many, some at a time, and waits until each has come to a status. */
async function startMany(name: string, status: string, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let begun = 0; begun < count; begun += 200) {
    const length = Math.min(200, count - begun)
    const some = await Promise.all(Array.from({ length }, () => start(name)))
    await Promise.all(some.map((id) => until(id, status)))
    ids.push(...some)
  }
  return ids
}

/** How often something is done in a second, by eight who do it again as soon as they have. */
async function rate(ms: number, work: (turn: number) => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  let done = 0
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (performance.now() - begun < ms) await work(done++)
    }),
  )
  return (done * 1000) / (performance.now() - begun)
}

// As large as the record of a task is.
const record = { ...meta, id: 'x'.repeat(32), params: { name: 'later', text: 'hello' }, open: [] }

/** What so many tasks leave behind that were made, put on the list, taken off it again, and have ended. */
async function finish(count: number): Promise<void> {
  const id = await start('later')
  await until(id, 'completed')
  const ended = (await engine.store.get(`tasks.task.${id.slice(0, 1)}/${id}`))?.value as object
  let made = 0
  const one = async () => {
    while (made++ < count) {
      const copy = crypto.randomUUID()
      const place = `${waitFolder}${Date.now().toString(36).padStart(10, '0')}-${copy}`
      await engine.store.set(place, { id: copy }, { ttlMs: dayMs })
      await engine.store.set(`tasks.task.${copy.slice(0, 1)}/${copy}`, ended, { ttlMs: dayMs })
      await engine.store.delete(place)
    }
  }
  await Promise.all(Array.from({ length: 32 }, one))
  lastEnded = id
}

const waitFolder = 'tasks.wait/'
const dayMs = 86_400_000
let lastEnded = ''

contend(port, {
  finished: async () => (await startMany('later', 'completed', 200))[0],
  finish: (count) => finish(Number(count)),
  get: (ms) => rate(Number(ms), () => send('tasks/get', { taskId: lastEnded })),
  end: (ms) => rate(Number(ms), async () => until(await start('later'), 'completed')),
  look: (ms) => rate(Number(ms), () => engine.store.list(waitFolder, { limit: 200 })),
  waiting: (count) => startMany('asks', 'input_required', Number(count)),
  listed: async (count) => {
    for (let made = 0; made < Number(count); made++) await start('later')
  },
  ended: async (count) => (await startMany('later', 'completed', Number(count))).length,
  memory: memoryUsed,
  create: (ms) => rate(Number(ms), () => start('later')),
  insert: (ms) =>
    rate(Number(ms), () =>
      engine.store.set(`bench/${crypto.randomUUID()}`, record, { ttlMs: 60_000 }),
    ),
})
