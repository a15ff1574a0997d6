import assert from 'node:assert/strict'
import { connect } from '@lutra/client/connect'
import {
  failure,
  type Handler,
  idOf,
  invalidParams,
  isRequest,
  parseJson,
  parseMessage,
  RpcError,
  readMeta,
  request,
  success,
  toRpcError,
  withMeta,
} from '@lutra/core'
import { createServer, tool } from '@lutra/server'
import { z } from 'zod'

const add = tool({
  name: 'add',
  description: 'Adds two numbers',
  input: z.object({ a: z.number(), b: z.number() }),
  run: ({ a, b }) => a + b,
})

const server = createServer({ name: 'sums', version: '1.0.0', tools: [add] })

// #region door
/** Answers one message of a queue: text in, text out. */
async function answer(text: string): Promise<string> {
  let message: unknown
  try {
    message = parseJson(text)
    const asked = parseMessage(message)
    if (!isRequest(asked)) throw invalidParams('Expected a request')
    const { id, method, params = {} } = asked
    const signal = AbortSignal.timeout(30_000)
    const meta = readMeta(params) // refuses what says no revision
    const result = await server({ id, method, params, meta, signal, notify() {} })
    return JSON.stringify(success(id, result))
  } catch (reason) {
    return JSON.stringify(failure(idOf(message), toRpcError(reason, '', server.onError)))
  }
}
// #endregion

// #region client
let ids = 0

/** Carries a call through the queue. */
const queue: Handler = async ({ method, params, meta }) => {
  const asked = request(++ids, method, withMeta(params, meta))
  const { result, error } = JSON.parse(await answer(JSON.stringify(asked)))
  if (error) throw new RpcError(error.message, error)
  return result
}

await using sums = await connect(queue as typeof server)
const { data } = await sums.tools.add({ a: 2, b: 3 })
// #endregion
assert.equal(data, 5)
await assert.rejects(sums.callTool('subtract'), /Unknown tool: subtract/)
assert.match(await answer('{"jsonrpc":"2.0","id":1,"method":"tools/list"}'), /-32602/)
assert.match(await answer('nonsense'), /-32700/)
console.log(data)
