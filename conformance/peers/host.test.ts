import assert from 'node:assert/strict'
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readConfig } from '@lutra/client/config-node'
import { createHost, type HostQuestion } from '@lutra/client/host'
import { startSdkServer } from './sdk-server.ts'
import { peerFile } from './start-peer.ts'

test('a host of a configuration file: processes, a URL, and two that are dead', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'host-')))
  await using remote = await startSdkServer()
  try {
    const node = (name: string, ...args: string[]) => ({
      command: process.execPath,
      args: [peerFile(`@modelcontextprotocol/${name}`), ...args],
    })
    const mcpServers = {
      everything: node('server-everything', 'stdio'),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the configuration.
      files: node('server-filesystem', '${workspaceFolder}'),
      remote: { type: 'http', url: remote.url },
      gone: { command: 'no-such-program-here' },
      down: { url: 'http://127.0.0.1:1/mcp' },
    }
    const path = join(folder, 'mcp.json')
    await writeFile(path, JSON.stringify({ mcpServers }))
    await writeFile(join(folder, 'note.txt'), 'remember the milk')

    const questions: HostQuestion[] = []
    const approved: string[] = []
    await using host = createHost({
      servers: await readConfig(path, { workspaceFolder: folder }),
      connect: { onWarning() {} },
      onAsk(question) {
        questions.push(question)
        return { action: 'accept', content: { name: 'Ada' } }
      },
      onApprove({ id }) {
        approved.push(id)
        return true
      },
    })
    const { ready, failed } = await host.settled()
    assert.deepEqual(ready, ['everything', 'files', 'remote'])
    assert.deepEqual(failed.map(({ server }) => server).sort(), ['down', 'gone'])
    assert.match(failed.find(({ server }) => server === 'gone')?.error.message ?? '', /installed/)

    const { tools, collisions } = host.tools()
    assert.deepEqual(collisions, [])
    for (const id of ['everything_echo', 'files_read_text_file', 'remote_echo']) {
      assert.ok(tools.some((tool) => tool.id === id))
    }
    assert.match((await host.call('everything_echo', { message: 'hi' })).text, /hi/)
    const note = await host.call('files_read_text_file', { path: join(folder, 'note.txt') })
    assert.equal(note.text, 'remember the milk')
    assert.equal((await host.call('remote_echo', { text: 'far' })).text, 'far')
    assert.deepEqual(approved, ['everything_echo', 'files_read_text_file', 'remote_echo'])

    assert.match((await host.call('everything_trigger-elicitation-request')).text, /Ada/)
    assert.equal(questions[0]?.server, 'everything')

    const changed = new Promise<string>((resolve) =>
      host.onToolsChanged((one) => resolve(one.server)),
    )
    const before = host.tools().tools.length
    await host.call('remote_grow')
    assert.equal(await changed, 'remote')
    assert.equal(host.tools().tools.length, before + 1)
  } finally {
    await rm(folder, { recursive: true })
  }
})
