/** Clients that see their tasks through, whatever comes between: a call that fails is made again, a task is found again by its id. */
import { followTasks, resumeTask, startTask, type TaskHandle } from '@lutra/extensions/tasks'
import { answerTo, check, end, insist, reach, type World } from './records.ts'

/** A client whose calls look like any other. */
export async function follow(world: World, name: string): Promise<void> {
  const { record, steps, stepMs, signal } = world
  let id: string | undefined
  const client = await reach(world, {
    timeoutMs: 15_000,
    extensions: [
      followTasks({
        onAbort: 'detach',
        onTask: ({ taskId }) => {
          id = taskId
          record.tasks.set(taskId, { status: 'working', kind: 'follow' })
        },
      }),
    ],
    answer: { elicit: ({ message }) => answerTo(message) },
  })
  for (let at = 0; at < world.each || world.goesOn(); at++) {
    const nonce = `${name}.${at}`
    const begun = performance.now()
    id = undefined
    const result = await insist(world, async () =>
      id === undefined
        ? client.request('tools/call', {
            name: 'assemble',
            arguments: { nonce, steps, ms: stepMs },
          })
        : endOf(resumeTask(client, id, 'assemble'), world),
    )
    if (signal.aborted) return
    record.latencies.push(performance.now() - begun)
    end(world, { id: id ?? '', status: 'completed' })
    check(world, { id: id ?? '', nonce, result })
  }
  await client.close()
}

/** A client that looks after its tasks itself: answers one question at a time, gives up on some, has others done outside. */
export async function driveByHand(world: World, name: string): Promise<void> {
  const { record, steps, stepMs, signal } = world
  const client = await reach(world, {
    timeoutMs: 15_000,
    extensions: [followTasks()],
    capabilities: { elicitation: { form: {} } },
  })
  for (let at = 0; at < world.each || world.goesOn(); at++) {
    const nonce = `${name}.${at}`
    const kind = at % 5 === 1 ? 'cancel' : at % 5 === 3 ? 'order' : 'drive'
    const begun = performance.now()
    const tool = kind === 'order' ? 'order' : 'assemble'
    const args = kind === 'order' ? { nonce } : { nonce, steps, ms: stepMs }
    const started = await insist(world, () => startTask(client, tool, args))
    if (!started) return
    record.tasks.set(started.id, { status: 'working', kind })
    const status = await watch(world, started, { nonce, kind })
    if (signal.aborted || status === undefined) return
    record.latencies.push(performance.now() - begun)
    end(world, { id: started.id, status })
    if (kind === 'cancel') {
      if (status !== 'cancelled' && status !== 'completed')
        record.faults.push(`${started.id}: ${status} in place of cancelled`)
    } else if (status === 'completed') {
      const result = await insist(world, () => started.result())
      if (kind === 'drive') check(world, { id: started.id, nonce, result })
    } else record.faults.push(`${started.id}: ${status} in place of completed`)
  }
  await client.close()
}

async function watch(
  world: World,
  handle: TaskHandle,
  { nonce, kind }: { readonly nonce: string; readonly kind: string },
): Promise<string | undefined> {
  const { record, signal } = world
  const answered = new Set<string>()
  let status: string | undefined
  let cancelled = false
  await insist(world, async () => {
    for await (const task of handle.updates({ signal })) {
      status = task.status
      const open = Object.keys(task.inputRequests ?? {})
      // News may be older than an answer; what is asked for now is not.
      if (open.some((key) => answered.has(wordOf(key))))
        await checkAnswered(world, handle, answered)
      await Promise.all(
        open.map(async (key) => {
          await handle.answer({ [key]: answerTo(`${wordOf(key)} ${nonce}`) })
          answered.add(wordOf(key))
          record.answers++
        }),
      )
      if (kind === 'cancel' && !cancelled && open.length === 0 && task.statusMessage) {
        await handle.cancel()
        cancelled = true
      }
    }
  })
  return status
}

async function checkAnswered(
  { record, signal }: World,
  handle: TaskHandle,
  answered: ReadonlySet<string>,
): Promise<void> {
  const { inputRequests = {} } = await handle.status({ signal })
  for (const key of Object.keys(inputRequests)) {
    if (answered.has(wordOf(key))) record.faults.push(`${handle.id}: the answer to ${key} was lost`)
  }
}

/** The word for which a question stands: the key without what makes it another one. */
function wordOf(key: string): string {
  return key.split('#')[0] ?? ''
}

/** The end of a task found again, where its client was cut off from it. */
async function endOf(handle: TaskHandle, { record, signal }: World) {
  try {
    return await handle.result({ signal })
  } catch (error) {
    const { status } = await handle.status({ signal })
    if (status === 'failed' || status === 'cancelled') {
      end({ record }, { id: handle.id, status })
      record.faults.push(`${handle.id}: ${status}: ${error}`)
      return undefined
    }
    throw error
  }
}
