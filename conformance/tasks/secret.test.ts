/** Tasks that are kept encrypted, in real engines. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Result, withSignal } from '@lutra/core'
import { type TasksOptions, tasks } from '@lutra/extensions/tasks'
import { type Tool, tool } from '@lutra/server'
import { openEngine } from '@lutra/stores'
import { z } from 'zod'
import { createCluster, type Instance, isEnded, sendAs, untilAs } from './rig.ts'
import { overheard, type Place, places } from './secret-rig.ts'

const older = 'an older key of more than thirty-two bytes'
const newer = 'a newer key of more than thirty-two bytes'

// Everything that somebody says, or is, in these tests.
const mark = 'quincejam'
const eve = sendAs({ subject: `${mark}@example.com` })
const when = untilAs(eve)

/** What ran, by which process. */
const ran: string[] = []
let dies = false

const letter = tool({
  name: 'letter',
  description: '',
  input: z.object({ to: z.string() }),
  task: true,
  run: async ({ to }, ctx) => {
    const first = await ctx.step(`${mark}-step`, () => {
      ran.push('first')
      return `${mark} of a step for ${to}`
    })
    ctx.progress(1, 2, `${mark} of the way`)
    if (dies) await pause(60_000, undefined, { signal: ctx.signal })
    const answer = await ctx.ask('sign', `${mark}?`, z.object({ name: z.string() }))
    const name = answer.action === 'accept' ? answer.content.name : ''
    await ctx.step('second', () => void ran.push('second'))
    return `${first}, ${name}`
  },
})
const quick = tool({ name: 'quick', description: '', task: true, run: () => `${mark} at once` })

/** A process with these keys. */
async function begin({ url }: Place, keys: readonly string[], options: TasksOptions) {
  const engine = await openEngine(url, { keys })
  const said: string[] = []
  const told: string[] = []
  const cluster = createCluster([letter, quick] as Tool[], {
    secret: true,
    graceMs: 0,
    store: engine.store,
    bus: overheard(engine.bus, said),
    onError: (error) => void told.push(String(error)),
    ...options,
  })
  const instance = cluster.start()
  let ending: Promise<void> | undefined
  const end = () => (ending ??= cluster.close().then(() => engine.close()))
  return { instance, said, told, end }
}

/** Somewhere that processes begin, which all have ended when it is closed. */
async function openPlace(open: () => Promise<Place | undefined>, t: TestContext) {
  const place = await open()
  const processes: Awaited<ReturnType<typeof begin>>[] = []
  t.after(async () => {
    for (const { end } of processes) await end()
    await place?.close()
  })
  if (!place) return undefined
  return {
    ...place,
    async begin(keys: readonly string[], options: TasksOptions = {}) {
      const begun = await begin(place, keys, options)
      processes.push(begun)
      return begun
    },
  }
}

async function make(instance: Instance, name = 'letter'): Promise<string> {
  const args = name === 'letter' ? { to: `${mark} street` } : {}
  return String((await eve(instance, 'tools/call', { name, arguments: args }))['taskId'])
}

const isAsked = ({ status }: Result) => status === 'input_required'

async function answer(instance: Instance, taskId: string): Promise<void> {
  const { inputRequests } = await when(instance, taskId, isAsked)
  assert.match(JSON.stringify(inputRequests), new RegExp(`${mark}\\?`))
  const sign = { action: 'accept', content: { name: `${mark} Smith` } }
  await eve(instance, 'tasks/update', { taskId, inputResponses: { sign } })
}

for (const [name, open] of places) {
  test(`${name} has nothing of a task in the clear, which goes on after a crash and a change of keys`, async (t) => {
    const place = await openPlace(open, t)
    if (!place) return t.skip(`${name} is not installed`)
    ran.length = 0
    dies = true
    const dying = await place.begin([older])
    const id = await make(dying.instance)
    await when(dying.instance, id, ({ statusMessage }) =>
      String(statusMessage).includes(`${mark} of the way`),
    )
    await dying.end()
    ran.push('died')
    dies = false

    const heir = await place.begin([newer, older])
    // Parked, and read as it lies there.
    await when(heir.instance, id, isAsked)
    assert.ok(await place.has(id), 'the task is looked for where it is')
    assert.equal(await place.has(mark), false)
    await answer(heir.instance, id)
    const { result } = await when(heir.instance, id, isEnded)
    const text = `${mark} of a step for ${mark} street, ${mark} Smith`
    assert.match(JSON.stringify(result), new RegExp(text))
    assert.deepEqual(ran, ['first', 'died', 'second'], 'what was recorded is not done again')
    assert.deepEqual(heir.told, [])
    await heir.end()
    const said = [...dying.said, ...heir.said].join()
    assert.ok(said.includes(id), 'processes tell each other of it')
    for (const shape of [mark, btoa(mark)]) {
      assert.equal(said.includes(shape), false)
      assert.equal(await place.has(shape), false)
    }

    // Each opening takes it seconds.
    if (name === 'PGlite') return
    // It is under the newer key by now; and the same search finds what is not encrypted.
    const clear = await place.begin([newer], { secret: false })
    assert.match(JSON.stringify(await when(clear.instance, id, isEnded)), new RegExp(text))
    await when(clear.instance, await make(clear.instance, 'quick'), isEnded)
    await clear.end()
    assert.ok(clear.said.join().includes(mark))
    assert.ok(await place.has(mark))
  })
}

for (const name of ['PostgreSQL', 'Redis']) {
  test(`${name} tells of a task whose key is gone, and runs the others`, async (t) => {
    const place = await openPlace(places.get(name) ?? (async () => undefined), t)
    if (!place) return t.skip(`${name} is not installed`)
    dies = false
    // Made under keys of every kind, the first two of them under one that will be gone: they wait to be run.
    const first = await place.begin([older], { run: false })
    const lost = [await make(first.instance, 'quick'), await make(first.instance, 'quick')]
    const clear = await place.begin([newer], { run: false, secret: false })
    const mixed = [await make(clear.instance, 'quick'), await makeEarlier(clear.instance)]
    const earlier = await makeEarlier(first.instance)
    const late = await place.begin([newer])
    mixed.push(await make(late.instance, 'quick'))
    for (const id of mixed) await when(late.instance, id, isEnded)
    while (late.told.length < 3) await pause(20)
    await pause(200)
    assert.equal(late.told.length, 3, 'each is told of once, however often it is looked for')
    for (const [at, id] of [...lost, earlier].entries()) {
      const told = late.told.filter((text) => text.includes(id))
      assert.equal(told.length, 1, `told of ${at}`)
      assert.match(told[0] ?? '', /cannot be decrypted \(unknown-key\)/)
      await assert.rejects(late.instance.tasks.get(id), { name: 'StoreError', code: 'unreadable' })
      await assert.rejects(eve(late.instance, 'tasks/get', { taskId: id }), /decrypted|Internal/)
    }
    const { tasks } = await callEarlier(late.instance, 'tasks/list', {})
    const listed = (tasks as Result[]).map(({ taskId }) => taskId)
    assert.deepEqual(listed, mixed.slice(1, 2), 'the list has what can be read')

    // Whoever has the key runs them; and keeps them encrypted, though new ones are not.
    const whole = await place.begin([newer, older], { secret: false })
    for (const id of lost) await when(whole.instance, id, isEnded)
    await assert.rejects(first.instance.tasks.get(lost[0] ?? ''), { code: 'unreadable' })
    assert.equal((await late.instance.tasks.get(lost[0] ?? ''))?.status, 'completed')
  })
}

test('a store that cannot keep secrets is refused at the start, and memory is none', async () => {
  const { store, close } = await openEngine('memory:')
  assert.ok(tasks({ store, secret: true }) && tasks({ secret: true }))
  await close()
  const { keepsSecrets: _, ...unknown } = store
  for (const other of [unknown, { ...store, keepsSecrets: false }]) {
    assert.throws(
      () => tasks({ store: other, secret: true }),
      /openEngine\(url, \{ keys: \[key\] \}\)/,
    )
    assert.ok(tasks({ store: other }))
  }
})

/** A call of 2025-11-25, whose callers have lists. */
function callEarlier(instance: Instance, method: string, params: Record<string, unknown>) {
  const call = {
    id: 1,
    method,
    params,
    meta: {
      protocolVersion: '2025-11-25',
      clientInfo: { name: 'test', version: '1' },
      clientCapabilities: {},
    },
    auth: { subject: `${mark}@example.com`, scopes: [], claims: {} },
    notify() {},
  }
  return instance.server(withSignal(call, () => new AbortController().signal))
}

async function makeEarlier(instance: Instance): Promise<string> {
  const { task } = await callEarlier(instance, 'tools/call', { name: 'quick', task: {} })
  return String((task as Result)['taskId'])
}
