/** A server of the official SDK 1.x with its experimental tasks. */
import { setTimeout as pause } from 'node:timers/promises'
import {
  InMemoryTaskMessageQueue,
  InMemoryTaskStore,
} from '@modelcontextprotocol/sdk/experimental/tasks/stores/in-memory.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { ElicitResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'

export type TaskStore = InstanceType<typeof InMemoryTaskStore>

/** Tools that must and that may be called as tasks, and one that may not. */
export function createOfficial(
  taskStore: TaskStore = new InMemoryTaskStore(),
  taskMessageQueue = new InMemoryTaskMessageQueue(),
): McpServer {
  const server = new McpServer(
    { name: 'official', version: '1.0.0' },
    {
      capabilities: { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } },
      taskStore,
      taskMessageQueue,
    },
  )
  addTool(
    server,
    { name: 'render', taskSupport: 'required' },
    async ({ page }, { progress, ask }) => {
      await progress('Rendering')
      await pause(60)
      // Over HTTP its stream has ended by now.
      await progress('Half-way').catch(() => {})
      await pause(400)
      const copies = await ask('How many?')
      const more = await ask('How many more?')
      return { content: [{ type: 'text', text: String(page * (copies + more)) }] }
    },
  )
  addTool(server, { name: 'endless', taskSupport: 'required' }, () => new Promise(() => {}))
  addTool(server, { name: 'fail', taskSupport: 'required' }, async () => {
    await pause(20)
    return { content: [{ type: 'text', text: 'No paper' }], isError: true }
  })
  addTool(server, { name: 'maybe', taskSupport: 'optional' }, async ({ page }) => {
    await pause(20)
    return { content: [{ type: 'text', text: `page ${page}` }] }
  })
  server.registerTool('plain', { inputSchema: {} }, () => ({
    content: [{ type: 'text', text: 'plain' }],
  }))
  return server
}

interface Doing {
  progress(message: string): Promise<void>
  ask(message: string): Promise<number>
}

function addTool(
  server: McpServer,
  { name, taskSupport }: { name: string; taskSupport: 'required' | 'optional' },
  run: (args: { page: number }, doing: Doing) => Promise<object>,
): void {
  const inputSchema = { page: z.number().default(1) }
  server.experimental.tasks.registerToolTask(
    name,
    { inputSchema, execution: { taskSupport } },
    {
      async createTask(args, extra) {
        const { taskStore, sendNotification, sendRequest, taskRequestedTtl, _meta } = extra
        const task = await taskStore.createTask({ ttl: taskRequestedTtl ?? null, pollInterval: 50 })
        const { taskId } = task
        const progressToken = _meta?.progressToken
        const doing: Doing = {
          async progress(message) {
            if (progressToken === undefined) return
            const params = { progressToken, progress: 1, total: 2, message }
            await sendNotification({ method: 'notifications/progress', params })
          },
          async ask(message) {
            const requestedSchema = {
              type: 'object' as const,
              properties: { copies: { type: 'integer' as const } },
              required: ['copies'],
            }
            const params = { message, requestedSchema }
            const request = { method: 'elicitation/create' as const, params }
            // The types leave out what the SDK takes.
            const about = { relatedTask: { taskId } } as object
            const answer = await sendRequest(request, ElicitResultSchema, about)
            await taskStore.updateTaskStatus(taskId, 'working')
            return Number(answer.content?.['copies'])
          },
        }
        void run(args, doing).then(
          (result) =>
            taskStore.storeTaskResult(
              taskId,
              'isError' in result ? 'failed' : 'completed',
              result as never,
            ),
          () => {},
        )
        return { task }
      },
      async getTask(_, { taskStore, taskId }) {
        return taskStore.getTask(taskId)
      },
      async getTaskResult(_, { taskStore, taskId }) {
        return (await taskStore.getTaskResult(taskId)) as never
      },
    },
  )
}
