import assert from 'node:assert/strict'
import { connect } from '@lutra/client/connect'
import type { Middleware } from '@lutra/core'
import { serveNode } from '@lutra/server/serve-node'
import { lines, type Office, server } from './server.ts'

const http = await serveNode(server).listen()
await using anyone = await connect<Office>(http.url)
assert.equal((await anyone.tools.hello()).text, 'Hello')
await assert.rejects(anyone.tools.whoami(), /Sign in first/)

// #region client
/** The same shape on the other side: around every call of a client. */
const shout: Middleware = (next) => async (call) => {
  console.log(`→ ${call.method}`)
  return next(call)
}

await using ben = await connect<Office>(http.url, {
  headers: { 'x-api-key': 'key-ben' },
  middleware: [shout],
})
// #endregion
assert.equal((await ben.tools.whoami()).text, 'Ben')
await assert.rejects(ben.tools.remove_user({ name: 'Cy' }), /remove_user is for admins/)

await using ada = await connect<Office>(http.url, { headers: { 'x-api-key': 'key-ada' } })
assert.equal((await ada.tools.remove_user({ name: 'Cy' })).text, 'Ada has removed Cy')

const many = Array.from({ length: 10 }, () => anyone.tools.hello())
const outcomes = await Promise.allSettled(many)
const refused = outcomes.filter(({ status }) => status === 'rejected')
assert.ok(refused.length > 0 && refused.length < 10)
assert.ok(lines.some((line) => /^tools\/call \d+ ms$/.test(line)))
console.log(`${refused.length} of 10 calls were too many`)
await http.close()
