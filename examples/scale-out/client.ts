/** Three processes of one server: requests go to any of them, one is killed over a task, one leaves in good order. */
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { connect } from '@lutra/client/connect'
import { followTasks, startTask } from '@lutra/extensions/tasks'
import { find, startPostgres, startRedis } from '../../scripts/start-database.ts'
import { startInstance, startNginx } from './processes.ts'

const missing = ['nginx', 'redis-server', 'postgres'].filter((name) => !find(name))
const program = find('nginx')
const [redis, postgres] = missing.length === 0 ? [await startRedis(), await startPostgres()] : []
if (!program || !redis || !postgres) {
  await Promise.all([redis?.stop(), postgres?.stop()])
  const how = 'On Debian or Ubuntu: apt install nginx redis-server postgresql'
  console.log(`Skipped: this needs ${missing.join(', ')} on this machine, and starts them. ${how}`)
  process.exit(0)
}
console.log(
  'PostgreSQL and Redis run; now three servers, one, two and three, and nginx in front of them',
)

const env = {
  DATABASE_URL: postgres.url,
  REDIS_URL: redis.url,
  LUTRA_KEYS: 'the same secret of 32 bytes or more',
  DRAIN_MS: '3000',
}
const instances = await Promise.all(['one', 'two', 'three'].map((name) => startInstance(name, env)))
const nginx = await startNginx(
  program,
  instances.map(({ port }) => port),
)
const of = (name: string) => {
  const found = instances.find((one) => one.name === name)
  assert.ok(found)
  return found
}
const answer = { elicit: () => ({ action: 'accept' as const, content: { by: 2 } }) }

try {
  console.log('\nAny process takes any request')
  for (const era of ['modern', 'legacy'] as const) {
    await using lock = await connect(nginx.url, { era, answer })
    const served = new Set<string>()
    for (let at = 0; at < 6; at++) served.add((await lock.callTool('whoami')).text)
    assert.equal(served.size, 3, 'requests go round')
    const changes = lock.listen({ resourceSubscriptions: ['water://level'] })
    await changes.acknowledged
    const { text } = await lock.callTool('raise')
    for await (const change of changes) {
      assert.equal(change.type, 'resource')
      break
    }
    console.log(`  ${era}: six calls to ${[...served].sort().join(', ')}`)
    console.log(`  ${era}: asked by how much, and told of the change: ${text}`)
  }

  console.log('\nA process is killed over a task')
  await using lock = await connect(nginx.url, { extensions: [followTasks()] })
  const begun = performance.now()
  const say = (text: string) =>
    console.log(`  ${((performance.now() - begun) / 1000).toFixed(1)} s  ${text}`)
  const task = await startTask(lock, 'survey', {})
  say('the task is in PostgreSQL, and the client has its id')
  let killed = ''
  let told = ''
  for await (const { statusMessage = '' } of task.updates()) {
    // What comes again says that it goes on, and nothing new.
    if (statusMessage === told) continue
    told = statusMessage
    say(statusMessage)
    if (killed !== '') continue
    killed = /by (\w+)/.exec(statusMessage)?.[1] ?? ''
    of(killed).stop('SIGKILL')
    say(`${killed} is killed; nobody else may take the task for 3 seconds, its lease`)
  }
  const [block] = (await task.result())['content'] as readonly { readonly text: string }[]
  const by = block?.text.split(' ') ?? []
  const next = by.find((name) => name !== killed)
  assert.equal(by[0], killed)
  assert.equal(by[2], next)
  say(`done: ${next} has gone on where ${killed} was, and measured nothing twice`)

  console.log('\nA process leaves in good order')
  const leaving = instances.find(({ name }) => name !== killed)
  assert.ok(leaving)
  const figures = await (await fetch(`${leaving.ops}/metrics`)).text()
  const [count] =
    /mcp_server_operation_duration_seconds_count\{.*whoami.*\} \d+/.exec(figures) ?? []
  assert.ok(count)
  console.log(`  what ${leaving.name} has counted: ${count}`)
  leaving.stop('SIGTERM')
  while ((await fetch(`${leaving.ops}/readyz`)).status !== 503) await pause(50)
  for (let at = 0; at < 3; at++) assert.ok((await lock.callTool('whoami')).text)
  assert.equal(await leaving.ended, 0)
  for (let at = 0; at < 3; at++) assert.ok((await lock.callTool('whoami')).text)
  console.log(
    `  ${leaving.name} was told to end: it said that it is not ready, finished, and ended with 0`,
  )
  console.log('  six calls meanwhile and afterwards: all answered')
} finally {
  for (const { stop } of instances) stop('SIGKILL')
  await nginx.stop()
  await Promise.all([redis.stop(), postgres.stop()])
}
