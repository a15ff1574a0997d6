import assert from 'node:assert/strict'
import { connect } from '@lutra/client/connect'
import { createServer, resource, tool } from '@lutra/server'
import { serveNode } from '@lutra/server/serve-node'
import { z } from 'zod'

// #region server
const cups = new Map([['kitchen', 3]])

const stock = resource({
  uri: 'cups://{room}',
  mimeType: 'text/plain',
  read: ({ room }) => cups.get(room)?.toString(),
})

const take = tool({
  name: 'take_cup',
  description: 'Takes a cup out of a room',
  input: z.object({ room: z.string() }),
  run({ room }) {
    cups.set(room, (cups.get(room) ?? 0) - 1)
    server.notify.resourceUpdated(`cups://${room}`) // through the bus, to whoever listens
    return 'Taken'
  },
})

const server = createServer({ name: 'house', version: '1.0.0', tools: [take], resources: [stock] })
// #endregion

const http = await serveNode(server).listen()
await using house = await connect<typeof server>(http.url)

// #region listen
await using changes = house.listen({
  resourceSubscriptions: ['cups://kitchen'],
  toolsListChanged: true,
})
await changes.acknowledged // from here on nothing is missed

await house.tools.take_cup({ room: 'kitchen' })
for await (const change of changes) {
  if (change.type === 'resource') console.log(`${change.uri} is now`, await read(change.uri))
  if (change.type === 'tools') console.log('The tools are other ones')
  if (change.type === 'gap') console.log('The stream was lost for a while: read everything anew')
  break
}
// #endregion
assert.equal(await read('cups://kitchen'), '2')

// #region dynamic
const wash = tool({ name: 'wash_up', description: 'Washes all cups', run: () => 'Clean' })
const tools = house.listen({ toolsListChanged: true })
await tools.acknowledged
server.add(wash)
const heard = await next(tools)
server.remove('tool', 'wash_up')
// #endregion
assert.equal(heard?.type, 'tools')
tools.close()

// #region end
const last = house.listen({ resourceSubscriptions: ['cups://kitchen'] })
await last.acknowledged
await http.close() // ends subscriptions with their result, so that clients know it was no accident
for await (const _ of last) assert.fail('nothing changes any more')
// #endregion
console.log('The server has ended the subscription')

async function read(uri: string): Promise<string> {
  return (await house.readResource(uri)).text
}

async function next<T>(all: AsyncIterable<T>): Promise<T | undefined> {
  for await (const one of all) return one
  return undefined
}
