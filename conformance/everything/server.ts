import { tasks } from '@lutra/extensions/tasks'
import { createServer, prompt, tool } from '@lutra/server'
import { askingTools } from './asking-tools.ts'
import { contentTools, streamOpenMs } from './content-tools.ts'
import { prompts } from './prompts.ts'
import { resources } from './resources.ts'
import { sessionTools } from './session-tools.ts'
import { taskTools } from './task-tools.ts'

/** A server that has one of everything that the official suite looks for. */
export function createEverything() {
  const added = prompt({ name: 'test_added', description: 'Comes and goes', render: () => 'Here' })
  const triggers = [
    tool({
      name: 'test_trigger_tool_change',
      description: 'Says that the list of tools has changed',
      run: () => {
        server.notify.toolsChanged()
        return 'Mutation triggered'
      },
    }),
    tool({
      name: 'test_trigger_prompt_change',
      description: 'Adds a prompt and takes it away again',
      run: () => {
        server.add(added)
        server.remove('prompt', added.name)
        return 'Mutation triggered'
      },
    }),
  ]
  const server = createServer({
    name: 'lutra-everything',
    version: '0.1.0',
    instructions: 'One of everything, for conformance tests.',
    tools: [
      ...contentTools,
      ...askingTools,
      ...sessionTools,
      ...triggers,
      ...Object.values(taskTools),
    ],
    resources,
    prompts,
    extensions: [tasks({ onError: () => {} })],
    onError: (error, { id, method }) => console.error(`${id} ${method}`, error),
  })
  return server
}

/** How it is served: with event streams short enough to be seen closing. */
export const serving = { legacy: { closeStreamAfterMs: streamOpenMs } }
