/** Tools that can be called as tasks alone. See /specification/2025-11-25/basic/utilities/tasks#tool-level-negotiation */
import { type Call, isObject, type Params, RpcError } from '@lutra/core'
import type { Parts } from './parts.ts'

/** Says what to do where a server has refused a plain call because it wants to be asked for a task; throws nothing else. */
export async function assertNeedsNoTask(
  { greeting, requests }: Parts,
  { method, params }: Call,
  refusal: unknown,
): Promise<void> {
  const { name, task } = params
  if (method !== 'tools/call' || !greeting.makesTasks || task !== undefined) return
  if (!speaksOfTask(refusal)) return
  let cursor: unknown
  for (let pages = 0; pages < mostPages; pages++) {
    const page = await requests.ask('tools/list', cursor === undefined ? {} : { cursor })
    const tools = Array.isArray(page['tools']) ? page['tools'] : []
    const tool: unknown = tools.find((one) => isObject(one) && one['name'] === name)
    if (isObject(tool) && isRequired(tool)) throw needsTask(String(name), refusal)
    cursor = page['nextCursor']
    if (tool || typeof cursor !== 'string') return
  }
}

/** Servers refuse by an error, or by a result that says so. */
function speaksOfTask(refusal: unknown): boolean {
  if (refusal instanceof RpcError) return refusal.code === -32601 || refusal.code === -32600
  if (!isObject(refusal) || refusal['isError'] !== true) return false
  return /task/i.test(JSON.stringify(refusal['content'])?.slice(0, 2000))
}

function isRequired({ execution }: Params): boolean {
  return isObject(execution) && execution['taskSupport'] === 'required'
}

function needsTask(name: string, cause: unknown): RpcError {
  return new RpcError(
    `${name} can be called as a task alone: connect with extensions: [followTasks()] of @lutra/extensions/tasks`,
    {
      code: -32021,
      data: { requiredCapabilities: { extensions: { 'io.modelcontextprotocol/tasks': {} } } },
      cause,
    },
  )
}

const mostPages = 100
