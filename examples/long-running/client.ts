import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '@lutra/client/connect'
import { followTasks, resumeTask, startTask } from '@lutra/extensions/tasks'
import { serveNode } from '@lutra/server/serve-node'
import { openStudio, searches } from './server.ts'

const folder = await mkdtemp(join(tmpdir(), 'studio-'))
const note = join(folder, 'task.txt')

async function start() {
  const studio = await openStudio(join(folder, 'store'))
  const http = await serveNode(studio.server).listen()
  return {
    studio,
    url: http.url,
    async close() {
      await http.close()
      await studio.close()
    },
  }
}

const before = await start()
{
  // #region call
  await using client = await connect<typeof before.studio.server>(before.url, {
    extensions: [followTasks()],
    answer: { elicit: async () => ({ action: 'accept', content: { quality: 'final' } }) },
  })
  const { data } = await client.tools.render(
    { film: 'otters' },
    { onProgress: ({ message }) => console.log(message) },
  )
  // #endregion
  assert.equal(data.file, 'otters-final.mp4')
  console.log(`Done: ${data.file}`)
  assert.equal(searches, 1) // the run after the answer found the step done

  const uploaded = await client.tools.upload({ file: data.file })
  assert.equal(uploaded.data.attempts, 3)

  // #region start
  const task = await startTask(client, 'render', { film: 'beavers' })
  await writeFile(note, task.id)
  for await (const { status, statusMessage } of task.updates()) {
    console.log(status, statusMessage ?? '')
    if (status === 'input_required') break // somebody will answer, some day
  }
  // #endregion
  assert.equal(searches, 2)
}
await before.close() // the server's process ends, and another begins
console.log('The server has ended, and another one begins')
const after = await start()
{
  await using client = await connect(after.url, { extensions: [followTasks()] })
  // #region resume
  const task = resumeTask(client, await readFile(note, 'utf8'))
  await task.answer({ quality: { action: 'accept', content: { quality: 'draft' } } })
  const result = await task.result()
  // #endregion
  assert.deepEqual(result['structuredContent'], { file: 'beavers-draft.mp4' })
  console.log('Answered there, and done:', result['structuredContent'])
  assert.equal(searches, 2) // recorded by the first process

  // #region cancel
  const unwanted = await startTask(client, 'render', { film: 'voles' })
  await unwanted.cancel()
  await assert.rejects(unwanted.result(), { code: 'cancelled' })
  // #endregion
  console.log('Another one was cancelled')
}
await after.close()
await rm(folder, { recursive: true })
