/** Finds a task again in a process that knows nothing but a file: its address and its id. Answers what it asks, and prints its result. */
import { readFile } from 'node:fs/promises'
import { connect } from '@lutra/client/connect'
import { followTasks, resumeTask } from '@lutra/extensions/tasks'

const [, , file = ''] = process.argv
const { url, id } = JSON.parse(await readFile(file, 'utf8')) as { url: string; id: string }
await using client = await connect(url, {
  extensions: [followTasks({ pollIntervalMs: 20 })],
  answer: { elicit: async () => ({ action: 'accept', content: { copies: 4 } }) },
})
console.log(JSON.stringify(await resumeTask(client, id).result()))
