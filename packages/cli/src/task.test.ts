import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createMemoryBus, createMemoryStore, deferred } from '@lutra/core'
import { tasks } from '@lutra/extensions/tasks'
import { createServer, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import { lutra, start } from '../test/lutra.ts'
import { actingIn, keys, noTerminal, startInTerminal } from '../test/terminal.ts'

const depot = fileURLToPath(new URL('../test/servers/depot.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'lutra-tasks-'))
const env = { LUTRA_CREDENTIALS: join(folder, 'credentials.json') }
const serving = start(['serve', depot, '--port', '0', '--json'])
const [, url = ''] = await serving.saw(/"url": "(http[^"]+)"/)
after(async () => {
  serving.child.kill('SIGTERM')
  await serving.ended
  rmSync(folder, { recursive: true })
})

const run = (args: readonly string[]) => lutra(args, { env })
const inTerminal = { skip: noTerminal }

test('a call that becomes a task looks like any other, and its messages are its progress', async () => {
  const { code, stdout, stderr } = await run(['call', url, 'pack', 'boxes=3', 'ms=1500'])
  assert.equal(code, 0, stderr)
  assert.equal(stdout, 'Packed 3 boxes\n')
  assert.match(stderr, /packing ␛\[2Jbox 2 \(2 of 3\)/)
  assert.deepEqual(actingIn(stderr), [])
  assert.equal((await run(['call', url, 'drop'])).code, 1)
})

test('a task is detached, looked at, answered and watched to its result', async () => {
  const id = await detached('ship')
  assert.equal((await run(['task', 'watch', id])).code, 6)
  const { stdout: state } = await run(['task', 'get', id, '--json'])
  assert.equal((JSON.parse(state) as { status: string }).status, 'input_required')
  const seen = await run(['task', 'get', id])
  assert.match(seen.stdout, /Tool: +ship\n[\s\S]*Asks: +where: Where to\?\n +city \(/)
  assert.match(seen.stderr, new RegExp(`lutra task answer ${id} `))
  const odd = await run(['task', 'answer', id, 'cty=Bern'])
  assert.equal(odd.code, 2)
  assert.match(odd.stderr, /did you mean city\?/)
  const short = await run(['task', 'answer', id, 'city=B'])
  assert.equal(short.code, 6)
  const told = await run(['task', 'answer', id, 'city=Bern', 'parcels:=3'])
  assert.equal(told.stdout, 'Answered: where\n')
  const watched = await run(['task', 'watch', id])
  assert.deepEqual([watched.code, watched.stdout], [0, 'Shipped 3 to Bern\n'])
  assert.equal((await run(['task', 'watch', await detached('drop')])).code, 1)
})

test('a question is declined, and a task cancelled, also where another folder knows nothing of it', async () => {
  const id = await detached('ship')
  await run(['task', 'watch', id])
  assert.equal((await run(['task', 'answer', id, '--decline'])).code, 0)
  assert.equal((await run(['task', 'watch', id])).stdout, 'Not shipped: decline\n')
  const long = await detached('pack', 'ms=600000')
  const stranger = { env: { LUTRA_CREDENTIALS: join(folder, 'other', 'credentials.json') } }
  const unknown = await lutra(['task', 'cancel', long], stranger)
  assert.equal(unknown.code, 2)
  assert.match(unknown.stderr, /say which server has it/)
  const named = await lutra(['task', 'cancel', url, long], stranger)
  assert.equal(named.code, 0, named.stderr)
  const watched = await run(['task', 'watch', long])
  assert.equal(watched.code, 4)
  assert.match(watched.stderr, /The task was cancelled/)
})

test('the list tells how tasks stand, and a server that is dead spoils nothing', async () => {
  const id = await detached('ship')
  const gone = start(['serve', depot, '--port', '0', '--json'])
  const [, other = ''] = await gone.saw(/"url": "(http[^"]+)"/)
  const lost = (await run(['call', `${other}?key=hidden`, 'ship', '--detach'])).stdout.trim()
  gone.child.kill('SIGKILL')
  await gone.ended
  const { code, stdout, stderr } = await run(['task', 'list', '--json'])
  assert.equal(code, 0, stderr)
  const { tasks } = JSON.parse(stdout) as { tasks: { taskId: string; status: string }[] }
  const status = new Map(tasks.map((one) => [one.taskId, one.status]))
  assert.match(status.get(id) ?? '', /working|input_required/)
  assert.equal(status.get(lost), 'unreachable')
  const file = join(dirname(env.LUTRA_CREDENTIALS), 'tasks.json')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.doesNotMatch(readFileSync(file, 'utf8'), /hidden/)
})

test('many at once write down what they have started', async () => {
  const ids = await Promise.all(Array.from({ length: 4 }, () => detached('ship')))
  const kept = readFileSync(join(folder, 'tasks.json'), 'utf8')
  for (const id of ids) assert.ok(kept.includes(id))
})

test('a misspelt word leads to the one that was meant', async () => {
  assert.match((await run(['task', 'wach', 'x'])).stderr, /did you mean watch\?/)
  assert.match((await run(['task', '--help'])).stdout, /lutra task watch \[TARGET\] ID/)
})

test('without a terminal Ctrl-C cancels the task of a call', async () => {
  const running = start(['call', url, 'pack', 'ms=600000'], { env })
  await running.saw(/packing/, 'stderr')
  running.child.kill('SIGINT')
  assert.equal((await running.ended).code, 130)
  const { stdout } = await run(['task', 'list', '--json'])
  const [newest] = (JSON.parse(stdout) as { tasks: { status: string }[] }).tasks
  assert.equal(newest?.status, 'cancelled')
})

test('in a terminal Ctrl-C offers to detach, and says how to come back', inTerminal, async () => {
  const running = startInTerminal(['call', url, 'pack', 'ms=600000'], { env })
  await running.saw(/packing/)
  running.type(keys.ctrlC)
  await running.saw(/The task can go on without you/)
  running.type(keys.enter)
  const { code, stdout } = await running.ended
  assert.equal(code, 0)
  const [, id = ''] = /lutra task watch ([\w-]{32})/.exec(stdout) ?? []
  const { stdout: state } = await run(['task', 'get', id, '--json'])
  assert.equal((JSON.parse(state) as { status: string }).status, 'working')
  await run(['task', 'cancel', id])
})

test('in a terminal Ctrl-C offers to cancel, and a second one leaves', inTerminal, async () => {
  const running = startInTerminal(['call', url, 'pack', 'ms=600000'], { env })
  await running.saw(/packing/)
  running.type(keys.ctrlC)
  await running.saw(/The task can go on without you/)
  running.type(keys.down + keys.enter)
  assert.equal((await running.ended).code, 130)
  const hurried = startInTerminal(['call', url, 'pack', 'ms=600000'], { env })
  await hurried.saw(/packing/)
  hurried.type(keys.ctrlC)
  await hurried.saw(/The task can go on without you/)
  hurried.type(keys.ctrlC)
  assert.equal((await hurried.ended).code, 130)
  const { stdout } = await run(['task', 'list', '--json'])
  const [last, before] = (JSON.parse(stdout) as { tasks: { taskId: string; status: string }[] })
    .tasks
  assert.deepEqual([last?.status, before?.status], ['working', 'cancelled'])
  await run(['task', 'cancel', last?.taskId ?? ''])
})

test(
  'in a terminal a task asks, may be left at its question, and is answered later',
  inTerminal,
  async () => {
    const running = startInTerminal(['call', url, 'ship'], { env })
    await running.saw(/city/)
    running.type(keys.ctrlC)
    await running.saw(/The task can go on without you/)
    running.type(keys.enter)
    const { code, stdout } = await running.ended
    assert.equal(code, 0, stdout)
    const [, id = ''] = /lutra task watch ([\w-]{32})/.exec(stdout) ?? []
    const again = startInTerminal(['task', 'watch', id], { env })
    await again.saw(/◆.*city/)
    again.type(`Bern${keys.enter}`)
    await again.saw(/◆.*parcels/)
    again.type(keys.enter)
    await again.saw(/Send this\?/)
    again.type(keys.enter)
    const end = await again.ended
    assert.equal(end.code, 0)
    assert.match(end.stdout, /Shipped 1 to Bern/)
  },
)

async function detached(tool: string, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(['call', url, tool, ...args, '--detach'])
  const id = stdout.trim()
  assert.match(id, /^[\w-]{32}$/, stderr)
  return id
}

test('a watch outlives a restart of its server, and is left after it', inTerminal, async () => {
  const shared = { store: createMemoryStore(), bus: createMemoryBus() }
  const open = async (port: number) => {
    const server = createServer({
      name: 'quay',
      version: '1.0.0',
      tools: [wait],
      ...shared,
      extensions: [tasks({ ...shared, scanMs: 50, leaseMs: 500, graceMs: 1 })],
    })
    const { url, close } = await serveNode(server).listen(port)
    return { url, close }
  }
  const first = await open(0)
  const id = (await run(['call', first.url, 'wait', '--detach'])).stdout.trim()
  const watching = start(['task', 'watch', id, '--timeout', '1'], { env })
  const leaving = startInTerminal(['task', 'watch', id, '--timeout', '1'], { env })
  await Promise.all([watching.saw(/waiting/, 'stderr'), leaving.saw(/waiting/)])
  await first.close()
  await watching.saw(/out of reach/, 'stderr')
  // Longer than one request may take.
  await new Promise((resolve) => setTimeout(resolve, 1500))
  const second = await open(Number(new URL(first.url).port))
  await Promise.all([watching.saw(/run 2/, 'stderr'), leaving.saw(/run 2/)])
  leaving.type(keys.ctrlC)
  await leaving.saw(/The task can go on without you/)
  leaving.type(keys.enter)
  const left = await leaving.ended
  assert.equal(left.code, 0)
  assert.match(left.stdout, new RegExp(`lutra task watch ${id}`))
  arrived.resolve()
  const { code, stdout, stderr } = await watching.ended
  assert.deepEqual([code, stdout], [0, 'Arrived\n'], stderr)
  await second.close()
})

const arrived = deferred<void>()
let runs = 0
const wait = tool({
  name: 'wait',
  description: 'Waits for a ship',
  task: true,
  async run(_, ctx) {
    ctx.progress(0, 1, `waiting, run ${++runs}`)
    // Whoever runs it first dies with it.
    if (runs === 1) await new Promise(() => {})
    await arrived.promise
    return 'Arrived'
  },
})

test(
  'while the server is away a task is left at once, and is not said to be cancelled',
  inTerminal,
  async () => {
    const away = start(['serve', depot, '--port', '0', '--json'])
    const [, at = ''] = await away.saw(/"url": "(http[^"]+)"/)
    const leaving = startInTerminal(['call', at, 'pack', 'ms=600000'], { env })
    const cancelling = startInTerminal(['call', at, 'pack', 'ms=600000'], { env })
    await Promise.all([leaving.saw(/packing/), cancelling.saw(/packing/)])
    away.child.kill('SIGKILL')
    await away.ended
    leaving.type(keys.ctrlC)
    cancelling.type(keys.ctrlC)
    await leaving.saw(/The task can go on without you/)
    await cancelling.saw(/The task can go on without you/)
    leaving.type(keys.enter)
    cancelling.type(keys.down + keys.enter)
    assert.equal((await leaving.ended).code, 0)
    const { code, stdout } = await cancelling.ended
    assert.equal(code, 130)
    assert.match(stdout, /The server could not be told/)
  },
)

test('tasks of an official server of 2025-11-25 are called, and asked in between', async () => {
  const { stdout, code, stderr } = await run([
    ...['call', 'simulate-research-query', 'topic=python', 'ambiguous=true'],
    ...['--answer', 'interpretation=snake', '--', process.execPath, everything],
  ])
  assert.equal(code, 0, stderr)
  assert.match(stdout, /Research Report: python \(snake\)/)
  assert.match(stderr, /Gathering sources/)
})

const everything = fileURLToPath(
  import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'),
)
