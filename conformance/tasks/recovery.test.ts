/** The official requester comes back to tasks of which it knows no more than a reference, or an id, when all processes are others. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { type Tool, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import { openEngine } from '@lutra/stores'
import type { SerializedTaskReference } from '@modelcontextprotocol/ext-tasks/client'
import { z } from 'zod'
import { eventually } from '../eventually.ts'
import { openRequester } from './requester.ts'
import { createCluster, isEnded, until } from './rig.ts'

const made = { paper: 0, begun: 0, aborted: 0 }
const tools = [
  tool({
    name: 'render',
    description: 'Asks half-way',
    input: z.object({ page: z.number() }),
    output: z.object({ pages: z.number() }),
    task: true,
    run: async ({ page }, ctx) => {
      await ctx.step('paper', () => ++made.paper)
      const answer = await ctx.ask('copies', 'How many?', z.object({ copies: z.number().int() }))
      return { pages: answer.action === 'accept' ? page * answer.content.copies : 0 }
    },
  }),
  tool({ name: 'quick', description: 'Asks nothing', task: true, run: () => 'done' }),
  tool({
    name: 'broken',
    description: 'Fails by itself',
    task: true,
    run: () => Promise.reject(new Error('secret')),
  }),
  tool({
    name: 'endless',
    description: 'Never ends by itself',
    task: true,
    run: (_, ctx) => {
      made.begun++
      return new Promise(() => ctx.signal.addEventListener('abort', () => made.aborted++))
    },
  }),
] as Tool[]

/** Two processes of a server over HTTP, as far as they share nothing but what is in a folder. */
async function open(folder: string) {
  const engine = await openEngine(`file:${folder}`)
  const cluster = createCluster(tools, { ...engine, graceMs: 20, onError() {} })
  const instances = [cluster.start(), cluster.start()]
  const listening = await Promise.all(instances.map(({ server }) => serveNode(server).listen()))
  return {
    instances,
    urls: listening.map(({ url }) => url),
    async close() {
      for (const one of listening) await one.close()
      await cluster.close()
      await engine.close()
    },
  }
}

test('the official requester recovers tasks after all processes have ended, its own included', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lutra-recovery-'))
  const note = (name: string) => join(folder, `${name}.json`)
  const noted = (name: string) =>
    JSON.parse(readFileSync(note(name), 'utf8')) as SerializedTaskReference
  const before = await open(join(folder, 'store'))
  const [one, other] = before.instances
  assert.ok(one && other)
  const first = await openRequester(before.urls)
  for (const name of ['render', 'quick', 'broken', 'endless']) {
    const execution = await first.session.callTool(name, name === 'render' ? { page: 2 } : {})
    assert.ok(execution.kind === 'task', name)
    await execution.handoff((reference) => writeFileSync(note(name), JSON.stringify(reference)))
  }
  await first.close()
  await until(one, noted('render').taskId, ({ status }) => status === 'input_required')
  await until(other, noted('broken').taskId, isEnded)
  await until(one, noted('quick').taskId, isEnded)
  await before.close()
  Object.assign(made, { begun: 0, aborted: 0 })

  const after = await open(join(folder, 'store'))
  const { session, close } = await openRequester(after.urls)
  t.after(async () => {
    await close()
    await after.close()
    rmSync(folder, { recursive: true })
  })

  await t.test(
    '[TASK-19] a process of its own answers the question, and gets the result',
    async () => {
      const args = [join(import.meta.dirname, 'requester.ts'), JSON.stringify(noted('render'))]
      const { stdout } = await promisify(execFile)(process.execPath, [
        '--import',
        'tsx',
        ...args,
        ...after.urls,
      ])
      const { status, result } = JSON.parse(stdout)
      assert.equal(status, 'completed')
      assert.deepEqual(result.structuredContent, { pages: 6 })
      assert.equal(made.paper, 1, 'what was recorded before is not done again')
    },
  )

  await t.test('[TASK-18] a result that was there before is still there', async () => {
    const { outcome } = await (await session.resumeTask(noted('quick'))).settle()
    assert.ok(outcome.status === 'completed', outcome.status)
    assert.match(JSON.stringify(outcome.result), /done/)
  })

  await t.test('a failure is seen, and no secret', async () => {
    const outcome = await session.task(noted('broken').taskId).result()
    assert.equal(outcome.status, 'failed')
    assert.equal(JSON.stringify(outcome).includes('secret'), false)
  })

  await t.test(
    '[TASK-20] what was taken up again is cancelled by its id, wherever it runs',
    async () => {
      const task = session.task(noted('endless').taskId)
      assert.equal((await task.snapshot()).status, 'working')
      await eventually(() => made.begun > 0, 'it runs again')
      await task.cancel()
      assert.equal((await task.result()).status, 'cancelled')
      await eventually(() => made.aborted > 0, 'its run is told')
    },
  )

  await t.test('an answer is given by the id of a task alone', async () => {
    const begun = await session.callTool('render', { page: 5 })
    assert.ok(begun.kind === 'task', begun.kind)
    let id = noted('render').taskId
    await begun.handoff(({ taskId }) => {
      id = taskId
    })
    const [instance] = after.instances
    assert.ok(instance)
    await until(instance, id, ({ status }) => status === 'input_required')
    const task = session.task(id)
    await task.updateJson({ copies: { action: 'accept', content: { copies: 2 } } })
    const outcome = await task.result()
    assert.ok(outcome.status === 'completed', outcome.status)
    assert.match(JSON.stringify(outcome.result), /"pages":10/)
  })
})
