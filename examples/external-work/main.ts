/** A laboratory with a queue (BullMQ) on a Redis that this example starts: the server takes the calls, workers in processes of their own end them. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { connect } from '@lutra/client/connect'
import { followTasks, startTask } from '@lutra/extensions/tasks'
import { serveNode } from '@lutra/server/serve-node'
import { startRedis } from '../../scripts/start-database.ts'
import { openLaboratory } from './server.ts'

const redis = await startRedis()
if (!redis) {
  console.log('Skipped: redis-server was not found. Install it (apt install redis-server)')
  process.exit(0)
}
const workers: ChildProcess[] = []
const laboratory = await openLaboratory(redis.url)
const http = await serveNode(laboratory.server).listen()

try {
  await using client = await connect(http.url, {
    extensions: [followTasks({ pollIntervalMs: 50 })],
  })
  const one = startWorker('one')
  const { text } = await client.callTool('analyse', { sample: 'river' })
  assert.equal(text, 'river: clean, says one')
  console.log(text)
  await assert.rejects(client.callTool('analyse', { sample: 'spoilt' }), /spoilt/)

  const task = await startTask(client, 'analyse', { sample: 'lake' })
  for await (const { statusMessage = '' } of task.updates()) {
    if (!statusMessage.startsWith('one looks')) continue
    console.log(`${statusMessage}, and is killed over it`)
    break
  }
  one.kill('SIGKILL')
  const two = startWorker('two')
  const [block] = (await task.result())['content'] as readonly { readonly text: string }[]
  assert.equal(block?.text, 'lake: clean, says two')
  console.log(block.text)

  const unwanted = await startTask(client, 'analyse', { sample: 'pond' })
  await unwanted.cancel()
  await unwanted.result().catch(({ code }) => assert.equal(code, 'cancelled'))

  two.kill('SIGTERM')
  assert.deepEqual(await once(two, 'exit'), [0, null])
} finally {
  for (const worker of workers) worker.kill('SIGKILL')
  await http.close()
  await laboratory.close()
  await redis.stop()
}

function startWorker(name: string): ChildProcess {
  const file = join(import.meta.dirname, 'worker.ts')
  const worker = spawn(process.execPath, ['--import', 'tsx', file], {
    env: { ...process.env, REDIS_URL: redis?.url, NAME: name },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  workers.push(worker)
  return worker
}
