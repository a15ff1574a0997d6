import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { readConfig } from '@lutra/client/config-node'
import { CallDeniedError, createHost } from '@lutra/client/host'
import { createServer, tool } from '@lutra/server'
import { z } from 'zod'

const notes = createServer({
  name: 'notes',
  version: '1.0.0',
  tools: [
    tool({
      name: 'save',
      description: 'Keeps a note',
      input: z.object({ note: z.string() }),
      async run({ note }, ctx) {
        const answer = await ctx.ask('where', 'Which folder?', z.object({ folder: z.string() }))
        return answer.action === 'accept' ? `${note} is in ${answer.content.folder}` : 'Not kept'
      },
    }),
  ],
})

const approved: string[] = []

// #region host
const here = fileURLToPath(new URL('.', import.meta.url))
const variables = new Map([
  ['NODE', process.execPath],
  ['HERE', here],
])
const configured = await readConfig(new URL('servers.json', import.meta.url), {
  env: (name) => variables.get(name),
  entry: (name) => (name === 'tickets' ? { trust: 'hints' } : {}), // believe what it says of its tools
})

await using host = createHost({
  info: { name: 'desk', version: '1.0.0' },
  servers: { ...configured, notes }, // a server in this process beside those of the file
  policy: ({ server, hints }) => (server === 'notes' || hints.readOnly ? 'allow' : 'ask'),
  onApprove({ id, args }) {
    approved.push(`${id} ${JSON.stringify(args)}`) // show it to the person, arguments and all
    return true // or 'always', until the tool changes; or false
  },
  onAsk: ({ server, message }) => ({
    action: 'accept',
    content: { folder: `${message} (${server})` },
  }),
})
// #endregion

// #region settled
const { ready, failed } = await host.settled({ within: 10_000 })
console.log('ready:', ready.join(', '))
for (const { server, error } of failed) console.log(`${server}: ${error.message.split('\n')[0]}`)
// #endregion
assert.deepEqual(ready, ['tickets', 'notes'])
assert.equal(failed.length, 2)

// #region tools
const { tools, collisions } = host.tools() // for the model: id, description, inputSchema
console.log(tools.map(({ id }) => id).join(', '), `and ${collisions.length} collisions`)

const open = await host.call('tickets_list')
const closed = await host.call('tickets_close', { id: 'T1' })
// #endregion
assert.deepEqual(open.data, ['T1', 'T2'])
assert.equal(closed.text, 'T1 is closed')
assert.deepEqual(approved, ['tickets_close {"id":"T1"}'])
assert.match((await host.call('notes_save', { note: 'Milk' })).text, /Which folder\? \(notes\)/)

// #region denied
await using strict = createHost({ servers: { notes }, policy: () => 'deny' })
await strict.settled()
try {
  await strict.call('notes_save', { note: 'Milk' })
} catch (error) {
  if (error instanceof CallDeniedError) console.log(error.message, `(by ${error.by})`)
}
// #endregion
await assert.rejects(strict.call('notes_save', { note: 'Milk' }), CallDeniedError)
