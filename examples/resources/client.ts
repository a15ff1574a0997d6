import assert from 'node:assert/strict'
import { connect } from '@lutra/client/connect'
import { createServer, resource } from '@lutra/server'

const users = new Map([
  ['acme/7', { name: 'Ada', team: 'ferries' }],
  ['acme/8', { name: 'Ben', team: 'docks' }],
])

// #region fixed
const handbook = resource({
  uri: 'docs://handbook',
  title: 'The handbook',
  mimeType: 'text/markdown',
  annotations: { audience: ['user', 'assistant'], priority: 0.8 },
  cache: { ttlMs: 60_000, cacheScope: 'public' },
  read: () => '# Welcome aboard',
})

const logo = resource({
  uri: 'docs://logo',
  mimeType: 'image/png',
  read: () => Uint8Array.of(0x89, 0x50, 0x4e, 0x47), // bytes travel as base64
})
// #endregion

// #region template
const user = resource({
  uri: 'user://{org}/{id}',
  description: 'One person',
  mimeType: 'application/json',
  read: ({ org, id }) => users.get(`${org}/${id}`), // typed from the URI; undefined: there is none
  list: () => [...users].map(([path, { name }]) => ({ uri: `user://${path}`, name })),
  complete: {
    org: ['acme', 'apex'],
    id: (typed, { arguments: settled }) =>
      [...users.keys()]
        .filter((path) => path.startsWith(`${settled.get('org')}/${typed}`))
        .map((path) => path.split('/')[1] ?? ''),
  },
})

const search = resource({
  uri: 'search://people{?team,tag*}',
  read: ({ team, tag = [] }) => ({ team: team ?? 'all', tags: tag }),
})
// #endregion

const server = createServer({
  name: 'people',
  version: '1.0.0',
  resources: [handbook, logo, user, search],
})

// #region read
await using people = await connect(server)
const { text } = await people.readResource('docs://handbook')
const ada = JSON.parse((await people.readResource('user://acme/7')).text)
const found = JSON.parse((await people.readResource('search://people?team=docks&tag=a&tag=b')).text)
// #endregion
assert.equal(text, '# Welcome aboard')
assert.equal(ada.name, 'Ada')
assert.deepEqual(found, { team: 'docks', tags: ['a', 'b'] })

// #region lists
const listed = await people.listResources()
const templates = await people.listResourceTemplates()
const { values } = await people.complete({
  ref: { type: 'ref/resource', uri: 'user://{org}/{id}' },
  argument: { name: 'id', value: '' },
  context: { arguments: { org: 'acme' } },
})
// #endregion
assert.deepEqual(
  listed.map(({ uri }) => uri),
  ['docs://handbook', 'docs://logo', 'user://acme/7', 'user://acme/8'],
)
assert.equal(templates.length, 2)
assert.deepEqual(values, ['7', '8'])

const [picture] = (await people.readResource('docs://logo')).contents
assert.ok(picture && 'blob' in picture && picture.blob === 'iVBORw==')

// #region missing
await assert.rejects(people.readResource('user://acme/99'), {
  name: 'RpcError',
  code: -32602,
  message: 'Resource not found: user://acme/99',
})
// #endregion
console.log(`Read ${text}, ${ada.name}, and completed ${values.join(', ')}`)
