import { createServer, prompt, resource, tool } from '@lutra/server'
import { z } from 'zod'

const notes = new Map([
  ['1', 'Buy milk'],
  ['2', 'Skim the milk'],
])

// #region tool
const search = tool({
  name: 'search',
  description: 'Finds notes',
  input: z.object({ words: z.string() }),
  output: z.object({ found: z.array(z.string()) }),
  hints: { readOnly: true },
  run({ words }, ctx) {
    ctx.progress(1, 2)
    return { found: [...notes.values()].filter((note) => note.includes(words)) }
  },
})
// #endregion

// #region ask
const remove = tool({
  name: 'remove',
  description: 'Deletes a note',
  input: z.object({ id: z.string() }),
  async run({ id }, ctx) {
    const answer = await ctx.ask('sure', `Delete note ${id}?`, z.object({ sure: z.boolean() }))
    if (answer.action !== 'accept' || !answer.content.sure) return 'Kept'
    notes.delete(id)
    return `Deleted ${id}`
  },
})
// #endregion

// #region resource
const note = resource({
  uri: 'note://{id}',
  name: 'note',
  description: 'One note',
  mimeType: 'text/plain',
  read: ({ id }) => notes.get(id), // undefined: there is no such note
})
// #endregion

// #region prompt
const tidy = prompt({
  name: 'tidy',
  description: 'Tidies a note',
  input: z.object({ id: z.string() }),
  render: ({ id }) => `Tidy up note ${id}`,
})
// #endregion

// #region server
/** One server, compiled once, for all callers. */
export const notesServer = createServer({
  name: 'notes',
  version: '1.0.0',
  tools: [search, remove],
  resources: [note],
  prompts: [tidy],
})
// #endregion
export type Notes = typeof notesServer
