import { createServer, kit, resource, tool } from '@lutra/server'
import { z } from 'zod'

const files = new Map([
  ['notes.txt', { owner: 'ada', text: 'Buy tea' }],
  ['plan.txt', { owner: 'ben', text: 'Sleep' }],
])

// #region scopes
const read = tool({
  name: 'read_file',
  description: 'Reads a file',
  input: z.object({ name: z.string() }),
  scopes: ['files:read'],
  run: ({ name }) => files.get(name)?.text ?? `There is no ${name}`,
})

const write = tool({
  name: 'write_file',
  description: 'Writes a file',
  input: z.object({ name: z.string(), text: z.string() }),
  scopes: ['files:read', 'files:write'],
  run({ name, text }, ctx) {
    files.set(name, { owner: ctx.auth?.subject ?? 'nobody', text })
    return `Written ${name}`
  },
})

const log = resource({
  uri: 'log://today',
  scopes: ['files:audit'],
  read: () => 'Nothing has happened',
})
// #endregion

// #region kit
const admin = kit().scopes('files:read', 'files:admin')

const list = admin.tool({
  name: 'list_files',
  description: 'All files, with their owners',
  run: () => [...files].map(([name, { owner }]) => ({ name, owner })),
})
// #endregion

// #region data
const remove = tool({
  name: 'delete_file',
  description: 'Deletes a file',
  input: z.object({ name: z.string() }),
  scopes: ['files:write'],
  run({ name }, ctx) {
    // Whoever is not the owner needs more than the tool asks of everybody.
    if (files.get(name)?.owner !== ctx.auth?.subject) ctx.requireScopes('files:admin')
    return files.delete(name) ? `Deleted ${name}` : `There is no ${name}`
  },
})
// #endregion

// #region caller
const whoami = tool({
  name: 'whoami',
  description: 'Who is calling',
  run(_, { auth }) {
    if (!auth) return 'the user of this process'
    return { subject: auth.subject, client: auth.clientId, scopes: auth.scopes }
  },
})
// #endregion

export const server = createServer({
  name: 'files',
  version: '1.0.0',
  tools: [read, write, list, remove, whoami],
  resources: [log],
})
