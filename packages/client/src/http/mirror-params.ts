/** Arguments that tools want in headers too. See /specification/2026-07-28/basic/transports/streamable-http#custom-headers */
import {
  type Call,
  ErrorCode,
  type Handler,
  type HeaderParam,
  isObject,
  type Params,
  paramHeaders,
  type Result,
  RpcError,
  readHeaderParams,
  withCall,
} from '@lutra/core'

type Exchange = (call: Call, headers?: Readonly<Record<string, string>>) => Promise<Result>

/** Sends along the headers that the last `tools/list` asked for, and leaves out tools that ask for impossible ones. */
export function mirrorParams(exchange: Exchange, warn: (message: string) => void): Handler {
  const known = new Map<string, readonly HeaderParam[]>()

  function learn(call: Call, result: Result): Result {
    const { tools } = result
    if (!Array.isArray(tools)) return result
    if (call.params['cursor'] === undefined) known.clear()
    const sound = tools.filter((tool: unknown) => {
      if (!isObject(tool) || typeof tool['name'] !== 'string') return true
      try {
        known.set(tool['name'], readHeaderParams(tool['inputSchema'] as Params))
        return true
      } catch (error) {
        warn(`Left out tool ${tool['name']}: ${(error as Error).message}`)
        return false
      }
    })
    return sound.length === tools.length ? result : { ...result, tools: sound }
  }

  async function list(call: Call): Promise<Result> {
    return learn(call, await exchange(call))
  }

  /** Lists the tools anew, until the one that is meant is among them. */
  async function refresh(call: Call, name: string): Promise<void> {
    const own = withCall(call, { method: 'tools/list', params: {}, notify() {} })
    let cursor: unknown
    for (let page = 0; page < 100; page++) {
      const params = cursor === undefined ? {} : { cursor }
      const { nextCursor } = await list(withCall(own, { params }))
      if (known.has(name) || typeof nextCursor !== 'string' || nextCursor === cursor) return
      cursor = nextCursor
    }
  }

  async function callTool(call: Call): Promise<Result> {
    const name = String(call.params['name'])
    const before = headersOf(known.get(name), call)
    try {
      return await exchange(call, before)
    } catch (error) {
      if (!(error instanceof RpcError) || error.code !== ErrorCode.headerMismatch) throw error
      await refresh(call, name)
      const after = headersOf(known.get(name), call)
      // The same headers would be refused again.
      if (JSON.stringify(after) === JSON.stringify(before)) throw error
      return exchange(call, after)
    }
  }

  return (call) => {
    if (call.method === 'tools/call') return callTool(call)
    return call.method === 'tools/list' ? list(call) : exchange(call)
  }
}

function headersOf(
  headerParams: readonly HeaderParam[] | undefined,
  { params }: Call,
): Record<string, string> {
  const { arguments: args } = params
  return headerParams && isObject(args) ? paramHeaders(headerParams, args) : {}
}
