import assert from 'node:assert/strict'
import { walkLutra, walkV1, walkV2 } from './clients.ts'
import { serveLutra, serveV1, serveV2 } from './serve.ts'

/** Every client meets every server, so that you can change one side first. */
for (const [server, serve] of Object.entries({ v1: serveV1, v2: serveV2, lutra: serveLutra })) {
  for (const [client, walk] of Object.entries({ v1: walkV1, v2: walkV2, lutra: walkLutra })) {
    const { url, close } = await serve()
    const [found, deleted] = await walk(url)
    await close()
    console.log(`client ${client}, server ${server}:`, found)
    assert.match(JSON.stringify(found), /Skim the milk/, `client ${client}, server ${server}`)
    // The handler of SDK 2.x keeps no sessions: it cannot ask a client of 1.x anything.
    if (client === 'v1' && server === 'v2') assert.match(JSON.stringify(deleted), /Cannot request/)
    else assert.deepEqual(deleted, [{ type: 'text', text: 'Deleted 1' }])
  }
}
