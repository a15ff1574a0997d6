import { createServer, tool } from '@lutra/server'
import { z } from 'zod'

interface Ticket {
  readonly title: string
  status: 'open' | 'closed'
  reply?: string
}

const tickets = new Map<string, Ticket>([
  ['T1', { title: 'Ferry late', status: 'open' }],
  ['T2', { title: 'Lost hat', status: 'open' }],
])
const id = z.string().describe('From find_tickets')

const find = tool({
  name: 'find_tickets',
  description: 'Finds tickets by words of their title',
  input: z.object({ words: z.string() }),
  hints: { readOnly: true },
  run: ({ words }) =>
    [...tickets]
      .filter(([, { title }]) => title.toLowerCase().includes(words.toLowerCase()))
      .map(([id, ticket]) => ({ id, ...ticket })),
})

const draft = tool({
  name: 'draft_reply',
  description: 'Keeps a reply with a ticket, unsent',
  input: z.object({ id, reply: z.string() }),
  run({ id, reply }) {
    const ticket = tickets.get(id)
    if (!ticket) return `There is no ticket ${id}`
    ticket.reply = reply
    return 'Kept'
  },
})

const close = tool({
  name: 'close_ticket',
  description: 'Sends the reply and closes the ticket',
  input: z.object({ id }),
  hints: { destructive: true },
  run({ id }) {
    const ticket = tickets.get(id)
    if (!ticket?.reply) return 'Draft a reply first'
    ticket.status = 'closed'
    return `Sent “${ticket.reply}” and closed ${id}`
  },
})

// #region server
export const helpdesk = createServer({
  name: 'helpdesk',
  version: '1.0.0',
  instructions: `
Tickets are worked on in this order: find_tickets, draft_reply, close_ticket.

- Always begin with find_tickets: ids change every night, so never use one from memory.
- Show the draft to the user before close_ticket, which sends it. There is no taking back.
- Several tickets about one thing: draft for all, then close them one after the other.
`.trim(),
  tools: [find, draft, close],
})
// #endregion
