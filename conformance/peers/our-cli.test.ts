/** Our command line against official servers, and against servers on the official SDKs. */
import assert from 'node:assert/strict'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect } from '@lutra/client/connect'
import { createServer1, startSse1 } from './official-server-1.ts'
import { startHttp2 } from './official-server-2.ts'
import { lutra, type Ran } from './our-cli.ts'
import { startSdkServer } from './sdk-server.ts'
import { peerFile } from './start-peer.ts'

const timeout = 60_000

function printed({ code, stdout, stderr }: Ran): string {
  assert.equal(code, 0, stderr)
  return stdout
}

test('lutra against server-everything', { timeout }, async (context) => {
  const file = peerFile('@modelcontextprotocol/server-everything')
  const run = (...args: string[]) => lutra(...args, '--', process.execPath, file, 'stdio')
  await context.test('discover', async () => {
    const said = JSON.parse(printed(await run('discover', '--json')))
    assert.deepEqual([said.era, said.protocolVersion], ['legacy', '2025-11-25'])
  })
  await context.test('list', async () => {
    const lines = printed(await run('list'))
      .trim()
      .split('\n')
    const of = (kind: string) => lines.filter((line) => line.startsWith(kind)).length
    assert.ok(of('tool\t') > 5 && of('resource\t') > 5 && of('prompt\t') > 2)
  })
  await context.test('call, with progress on stderr', async () => {
    const args = ['trigger-long-running-operation', 'duration=0.2', 'steps=2']
    const ran = await run('call', ...args)
    assert.match(printed(ran), /^Long running operation completed/)
    assert.match(ran.stderr, /1\/2\n2\/2/)
  })
  await context.test('call, with a form filled in', async () => {
    const answers = ['--answer', 'name=Ada', '--answer', 'check=true', '--yes']
    assert.match(printed(await run('call', 'trigger-elicitation-request', ...answers)), /Name: Ada/)
  })
  await context.test('read, prompt and complete', async () => {
    const read = await run('read', 'demo://resource/dynamic/text/1')
    assert.match(printed(read), /Resource 1/)
    assert.match(printed(await run('prompt', 'args-prompt', 'city=Bern')), /weather in Bern/)
    const completed = await run('complete', 'completable-prompt', 'department', 'E')
    assert.equal(printed(completed), 'Engineering\n')
  })
  await context.test('what the server refuses', async () => {
    const ran = await run('read', 'demo://nothing/here')
    assert.equal(ran.code, 4)
    assert.match(ran.stderr, /demo:\/\/nothing\/here/)
  })
})

test('lutra against server-filesystem and server-memory', { timeout }, async (context) => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'peers-')))
  context.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'note.txt')
  await writeFile(path, 'remember the milk')
  const files = [process.execPath, peerFile('@modelcontextprotocol/server-filesystem'), folder]
  const memory = [process.execPath, peerFile('@modelcontextprotocol/server-memory')]
  const env = ['--env', `MEMORY_FILE_PATH=${join(folder, 'memory.jsonl')}`]

  const read = await lutra('call', 'read_text_file', `path=${path}`, '--', ...files)
  assert.equal(printed(read), 'remember the milk\n')
  const refused = await lutra('call', 'read_text_file', 'path=/etc/passwd', '--', ...files)
  assert.equal(refused.code, 1)
  assert.match(refused.stdout, /outside allowed/)

  const entities = '[{"name":"otter","entityType":"animal","observations":["swims"]}]'
  const create = ['call', 'create_entities', `entities:=${entities}`]
  printed(await lutra(...create, ...env, '--', ...memory))
  const graph = await lutra('call', 'read_graph', '--json', ...env, '--', ...memory)
  const { structuredContent } = JSON.parse(printed(graph))
  assert.equal(structuredContent.entities[0].name, 'otter')
})

test('lutra against a server on server 2.4, over HTTP', { timeout }, async (context) => {
  await using server = await startHttp2()
  const run = (command: string, ...args: string[]) => lutra(command, server.url, ...args)
  await context.test('list and call', async () => {
    assert.match(printed(await run('list', 'tools')), /^sum\ta= b=/)
    const added = JSON.parse(printed(await run('call', 'sum', 'a=1', 'b=2', '--json')))
    assert.deepEqual(added.structuredContent, { total: 3 })
    assert.equal((await run('call', 'boom')).code, 1)
  })
  await context.test('read, prompt and complete', async () => {
    assert.equal(printed(await run('read', 'city://ch/Bern')).trim(), 'Bern in ch')
    assert.match(printed(await run('prompt', 'review', 'language=go')), /Review go/)
    assert.equal(printed(await run('complete', 'review', 'language', 'ru')), 'rust\nruby\n')
  })
})

const servers = {
  'server 2.4, over HTTP': { start: startHttp2, era: 'modern' },
  'sdk 1.x, over HTTP': { start: () => startSdkServer({ create: createServer1 }), era: 'legacy' },
  'sdk 1.x, over HTTP+SSE': { start: startSse1, era: 'legacy' },
}

for (const [name, { start, era }] of Object.entries(servers)) {
  test(`lutra asked by a server on ${name}, and listening`, { timeout }, async (context) => {
    await using server = await start()
    const run = (command: string, ...args: string[]) => lutra(command, server.url, ...args)
    await context.test('discover', async () => {
      assert.equal(JSON.parse(printed(await run('discover', '--json'))).era, era)
    })
    await context.test('call', async () => {
      assert.equal(printed(await run('call', 'ask', '-a', 'name=Ada', '-y')), 'accept Ada\n')
    })
    await context.test('listen', async () => {
      const uri = 'note://one'
      const listening = run('listen', 'tools', uri, '--count', '2', '--json')
      let over = false
      void listening.finally(() => {
        over = true
      })
      await using client = await connect(server.url, { onWarning() {} })
      while (!over) {
        await client.call('touch')
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      const heard = printed(await listening)
      assert.match(heard, /tools/)
      assert.match(heard, /note:\/\/one/)
    })
  })
}

test('lutra against servers on the official SDKs over stdio', { timeout }, async () => {
  for (const [file, era] of [
    ['official-stdio-2.ts', 'modern'],
    ['official-stdio-1.ts', 'legacy'],
  ] as const) {
    const server = [process.execPath, '--import', 'tsx', join(import.meta.dirname, file)]
    const said = printed(await lutra('discover', '--json', '--', ...server))
    assert.equal(JSON.parse(said).era, era)
    const asked = await lutra('call', 'ask', '-a', 'name=Ada', '-y', '--', ...server)
    assert.equal(printed(asked), 'accept Ada\n')
  }
})
