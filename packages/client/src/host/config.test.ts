// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of a configuration look like that.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readConfig } from '../config-node.ts'
import type { HttpTarget } from '../connect.ts'
import type { Command } from '../pipe/command.ts'
import { type ConfigOptions, fromConfig } from './config.ts'
import type { Entry, Finder } from './entry.ts'
import { parseJsonc } from './jsonc.ts'

async function find(entry: Entry | undefined): Promise<Partial<Command & HttpTarget>> {
  assert.ok(entry)
  return (await (entry.target as Finder).find()) as object
}

async function read(server: object, options: ConfigOptions = {}, inputs: object[] = []) {
  return find(fromConfig({ servers: { one: server }, inputs }, options)['one'])
}

const env = (name: string) =>
  new Map([
    ['TOKEN', 'secret'],
    ['EMPTY', ''],
  ]).get(name)

test('reads mcpServers, servers, and the settings of VS Code', () => {
  const servers = { fs: { command: 'npx' }, off: { command: 'x', disabled: true } }
  for (const config of [{ mcpServers: servers }, { servers }, { mcp: { servers } }]) {
    assert.deepEqual(Object.keys(fromConfig(config)), ['fs'])
    assert.deepEqual(Object.keys(fromConfig(JSON.stringify(config))), ['fs'])
  }
})

test('reads commands and URLs, whatever the editor calls them', async () => {
  const server = { type: 'stdio', command: 'npx', args: ['-y', 'x'], env: { N: 1 }, cwd: '/a' }
  assert.deepEqual(await read(server), {
    command: 'npx',
    args: ['-y', 'x'],
    env: { N: '1' },
    cwd: '/a',
  })
  for (const name of ['url', 'serverUrl', 'httpUrl']) {
    const target = await read({ type: 'http', [name]: 'https://a.test', headers: { A: 'b' } })
    assert.deepEqual(target, { url: 'https://a.test', headers: { A: 'b' } })
  }
})

test('puts in variables of the environment, with what they are by default', async () => {
  const args = [
    '${TOKEN}',
    'a ${env:TOKEN} b ${TOKEN}',
    '${NONE:-x y}',
    '${EMPTY:-full}',
    '$TOKEN {x}',
    '${workspaceFolder}/${workspaceFolderBasename}',
    '${userHome}',
  ]
  const options = { env, workspaceFolder: '/srv/shop', userHome: '/users/ada' }
  const target = await read({ command: 'x', args }, options)
  assert.deepEqual(target.args, [
    'secret',
    'a secret b secret',
    'x y',
    'full',
    '$TOKEN {x}',
    '/srv/shop/shop',
    '/users/ada',
  ])
})

test('a value is not looked through for further variables', async () => {
  const target = await read({ command: '${A}' }, { env: () => '${TOKEN}' })
  assert.equal(target.command, '${TOKEN}')
})

test('asks for inputs once, when a server needs them', async () => {
  const asked: string[] = []
  const inputs = [
    { id: 'key', type: 'promptString', password: true },
    { id: 'unused', type: 'promptString' },
  ]
  const config = {
    inputs,
    servers: {
      one: { url: 'https://a.test', headers: { A: '${input:key}', B: '${input:key}' } },
      two: { url: 'https://b.test/${input:key}' },
    },
  }
  const entries = fromConfig(config, {
    onInput(input) {
      asked.push(`${input.id} ${input.password}`)
      return 'typed'
    },
  })
  assert.deepEqual(asked, [])
  assert.deepEqual(await find(entries['one']), {
    url: 'https://a.test',
    headers: { A: 'typed', B: 'typed' },
  })
  assert.deepEqual(await find(entries['two']), { url: 'https://b.test/typed', headers: {} })
  assert.deepEqual(asked, ['key true'])
})

test('a server that lacks something fails alone, naming it', async () => {
  const entries = fromConfig({
    mcpServers: { bad: { command: '${LUTRA_NONE}' }, good: { command: 'x' }, empty: {} },
  })
  await assert.rejects(find(entries['bad']), /\$\{LUTRA_NONE\}, which has no value/)
  await assert.rejects(find(entries['empty']), /empty has neither "command" nor "url"/)
  assert.ok(await find(entries['good']))
  await assert.rejects(read({ command: '${input:a}' }), /no input "a"/)
  const inputs = [{ id: 'a', type: 'promptString' }]
  await assert.rejects(read({ command: '${input:a}' }, {}, inputs), /give onInput/)
  await assert.rejects(read({ command: 3 }), /"command" of one to be text/)
  await assert.rejects(read({ command: 'x', args: 'y' }), /"args" of one to be a list/)
})

test('what is no configuration is refused', () => {
  assert.throws(() => fromConfig('{'), /no JSON/)
  assert.throws(() => fromConfig({}), /"mcpServers" or "servers"/)
  assert.throws(() => fromConfig({ servers: { a: 1 } }), /a is no object/)
})

test('names that mean something to JavaScript are names', () => {
  const entries = fromConfig(
    '{"mcpServers":{"__proto__":{"command":"x"},"constructor":{"command":"y"}}}',
  )
  assert.deepEqual(Object.keys(entries), ['__proto__', 'constructor'])
})

test('comments and commas that JSON does not have are left out, but not of strings', () => {
  const text = `\uFEFF{ // one
    "a": "// no /* comment, ]", /* two
    */ "b": [1, 2, /* three */ ], "c": "\\"//",
  }`
  assert.deepEqual(parseJsonc(text), { a: '// no /* comment, ]', b: [1, 2], c: '"//' })
  assert.throws(() => parseJsonc('{"a": 1 /* open'), SyntaxError)
})

test('a file is read, and named where it cannot be', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'config-'))
  try {
    const path = join(folder, 'mcp.json')
    await writeFile(path, '{ "mcpServers": { "a": { "command": "${userHome}/x", }, } }')
    const target = await find((await readConfig(path))['a'])
    assert.match(target.command ?? '', /^\/.*\/x$/)
    await assert.rejects(readConfig(join(folder, 'none.json')), /none\.json.*ENOENT/)
  } finally {
    await rm(folder, { recursive: true })
  }
})
