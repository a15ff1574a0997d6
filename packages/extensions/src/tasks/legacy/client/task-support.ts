/** Which tools of a server of 2025-11-25 go on as tasks. See /specification/2025-11-25/basic/utilities/tasks#tool-level-negotiation */
import { type Call, type Handler, isObject, type Result } from '@lutra/core'
import { about } from '../../about.ts'
import { tasksId } from '../../words.ts'

/** Tells of each tool whether it may or must be called as a task. */
export interface TaskSupport {
  of(call: Call): Promise<'required' | 'optional' | 'forbidden'>
  /** The list may have changed. */
  forget(): void
}

export function createTaskSupport(next: Handler): TaskSupport {
  let known: { readonly at: number; readonly tools: ReadonlyMap<string, unknown> } | undefined

  async function list(call: Call): Promise<ReadonlyMap<string, unknown>> {
    const tools = new Map<string, unknown>()
    let cursor: unknown
    for (let pages = 0; pages < mostPages; pages++) {
      const params = cursor === undefined ? {} : { cursor }
      const page = await next(about(call, 'tools/list', params))
      learn(page, tools)
      cursor = page['nextCursor']
      if (typeof cursor !== 'string') break
    }
    return tools
  }

  return {
    async of(call) {
      const { capabilities } = await next(about(call, 'server/discover', {}))
      const extensions = isObject(capabilities) ? capabilities['extensions'] : undefined
      if (!isObject(extensions) || !Object.hasOwn(extensions, tasksId)) return 'forbidden'
      if (!known || performance.now() - known.at > keptMs) {
        known = { at: performance.now(), tools: await list(call) }
      }
      const support = known.tools.get(String(call.params['name']))
      return support === 'required' || support === 'optional' ? support : 'forbidden'
    },
    forget() {
      known = undefined
    },
  }
}

function learn({ tools }: Result, known: Map<string, unknown>): void {
  if (!Array.isArray(tools)) return
  for (const tool of tools.slice(0, mostTools - known.size)) {
    const { name, execution } = isObject(tool) ? tool : {}
    if (typeof name === 'string' && isObject(execution)) known.set(name, execution['taskSupport'])
  }
}

const mostPages = 100
const mostTools = 10_000
const keptMs = 300_000
