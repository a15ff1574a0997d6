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
console.log('PostgreSQL and Redis are up; starting three servers, and nginx in front of them')

const env = {
  DATABASE_URL: postgres.url,
  REDIS_URL: redis.url,
  LUTRA_KEYS: 'the same secret of 32 bytes or more',
  DRAIN_MS: '300',
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
    console.log(`${era}: asked and told across ${[...served].sort().join(', ')}: ${text}`)
  }

  await using lock = await connect(nginx.url, { extensions: [followTasks()] })
  const task = await startTask(lock, 'survey', {})
  let killed = ''
  for await (const { status, statusMessage = '' } of task.updates()) {
    console.log(`task: ${status} ${statusMessage}`)
    const [, by] = /^1 of 3, by (\w+)/.exec(statusMessage) ?? []
    if (by === undefined || killed !== '') continue
    killed = by
    of(killed).stop('SIGKILL')
    console.log(`killed ${killed}`)
  }
  const [block] = (await task.result())['content'] as readonly { readonly text: string }[]
  const by = block?.text.split(' ') ?? []
  console.log(`task: its chambers were measured by ${by.join(', ')}`)
  assert.equal(by[0], killed)
  assert.notEqual(by[2], killed)

  const leaving = instances.find(({ name }) => name !== killed)
  assert.ok(leaving)
  const figures = await (await fetch(`${leaving.ops}/metrics`)).text()
  const [count] =
    /mcp_server_operation_duration_seconds_count\{.*whoami.*\} \d+/.exec(figures) ?? []
  assert.ok(count)
  console.log(count)
  leaving.stop('SIGTERM')
  await pause(100)
  assert.equal((await fetch(`${leaving.ops}/readyz`)).status, 503)
  for (let at = 0; at < 3; at++) assert.ok((await lock.callTool('whoami')).text)
  assert.equal(await leaving.ended, 0)
  console.log(`${leaving.name} has drained and ended, and no call was lost`)
  for (let at = 0; at < 3; at++) assert.ok((await lock.callTool('whoami')).text)
} finally {
  for (const { stop } of instances) stop('SIGKILL')
  await nginx.stop()
  await Promise.all([redis.stop(), postgres.stop()])
}
