import { tasks } from '@lutra/extensions/tasks'
import { createServer, tool } from '@lutra/server'
import { z } from 'zod'

// #region server
const bake = tool({
  name: 'bake',
  description: 'Bakes a cake after asking for whom',
  task: true,
  async run(_, ctx) {
    const answer = await ctx.ask('whom', 'For whom?', z.object({ name: z.string() }))
    return answer.action === 'accept' ? `A cake for ${answer.content.name}` : 'No cake'
  },
})

export const server = createServer({
  name: 'bakery',
  version: '1.0.0',
  tools: [bake],
  extensions: [tasks()],
})
// #endregion
