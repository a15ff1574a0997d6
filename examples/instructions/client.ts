import assert from 'node:assert/strict'
import { connect } from '@lutra/client/connect'
import { helpdesk } from './server.ts'

await using desk = await connect(helpdesk)

// #region use
const { instructions = '' } = desk.server
const tools = await desk.listTools()
const system = [`# ${desk.server.serverInfo?.name}`, instructions].join('\n') // into the system prompt
// #endregion
assert.match(system, /find_tickets, draft_reply, close_ticket/)
for (const { name } of tools) assert.ok(instructions.includes(name), `instructions name ${name}`)

// What a model that has read them would do.
const { data } = await desk.tools.find_tickets({ words: 'ferry' })
const [ticket] = data
assert.ok(ticket)
await desk.tools.draft_reply({ id: ticket.id, reply: 'The fog has lifted' })
const closed = await desk.tools.close_ticket({ id: ticket.id })
assert.match(closed.text, /closed T1/)
console.log(closed.text)
