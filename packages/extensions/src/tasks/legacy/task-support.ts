/** `execution.taskSupport` of tools. See /specification/2025-11-25/basic/utilities/tasks#tool-level-negotiation */
import { type Result, type ToolDescription, taskSupport } from '@lutra/core'

/** A list of tools that says which of them make tasks. The same list, the same object: it is encoded once. */
export function withTaskSupport(list: Result): Result {
  const known = lists.get(list)
  if (known) return known
  const tools = list['tools'] as readonly ToolDescription[]
  const made = { ...list, tools: tools.map(withExecution) }
  lists.set(list, made)
  return made
}

const lists = new WeakMap<Result, Result>()

function withExecution(tool: ToolDescription): ToolDescription {
  const support = tool[taskSupport]
  return support ? Object.assign({ ...tool }, { execution: { taskSupport: support } }) : tool
}
