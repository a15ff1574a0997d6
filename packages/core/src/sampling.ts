/** What a server may have a client's model write. See /specification/2026-07-28/client/sampling */
import { isObject } from './message.ts'
import type {
  AudioContent,
  ContentBlock,
  ImageContent,
  TextContent,
  ToolDescription,
} from './shapes.ts'

/** @deprecated Sampling goes with SEP-2577, at the earliest on 2027-07-28: call a model's API from the server. */
export interface SampleRequest {
  readonly messages: readonly SampleMessage[]
  readonly maxTokens: number
  readonly systemPrompt?: string
  readonly temperature?: number
  readonly stopSequences?: readonly string[]
  readonly modelPreferences?: ModelPreferences
  readonly metadata?: Readonly<Record<string, unknown>>
  /** Needs the client capability `sampling.tools`, as does `toolChoice`. */
  readonly tools?: readonly ToolDescription[]
  readonly toolChoice?: { readonly mode?: 'auto' | 'none' | 'required' }
  readonly includeContext?: 'none' | 'thisServer' | 'allServers'
}

/** Each from 0, least, to 1, most important. The first hint that fits a model counts. */
export interface ModelPreferences {
  readonly hints?: readonly { readonly name?: string }[]
  readonly costPriority?: number
  readonly speedPriority?: number
  readonly intelligencePriority?: number
}

/** One turn of the conversation that a model continues. */
export interface SampleMessage {
  readonly role: 'user' | 'assistant'
  readonly content: SampleContent | readonly SampleContent[]
  readonly _meta?: Readonly<Record<string, unknown>>
}

export type SampleContent =
  | TextContent
  | ImageContent
  | AudioContent
  | ToolUseContent
  | ToolResultContent

/** A model asks for a tool to be called. */
export interface ToolUseContent {
  readonly type: 'tool_use'
  readonly id: string
  readonly name: string
  readonly input: Readonly<Record<string, unknown>>
  readonly _meta?: Readonly<Record<string, unknown>>
}

/** What came of a tool that a model asked for. */
export interface ToolResultContent {
  readonly type: 'tool_result'
  readonly toolUseId: string
  readonly content: readonly ContentBlock[]
  readonly structuredContent?: unknown
  readonly isError?: boolean
  readonly _meta?: Readonly<Record<string, unknown>>
}

/** @deprecated Sampling goes with SEP-2577. */
export interface SampleResult extends SampleMessage {
  readonly model: string
  /** `endTurn`, `stopSequence`, `maxTokens`, `toolUse`, or the provider's own word. */
  readonly stopReason?: string
}

/** What is wrong with the params of a sampling request, or undefined: both who asks and who is asked may check. */
export function checkSampleRequest(value: unknown): string | undefined {
  if (!isObject(value)) return 'expected an object'
  const { messages, maxTokens, tools, toolChoice } = value
  if (!Array.isArray(messages) || messages.length === 0) return 'expected messages'
  if (!Number.isInteger(maxTokens) || Number(maxTokens) < 1) {
    return 'expected maxTokens to be a positive integer'
  }
  if (tools !== undefined && !(Array.isArray(tools) && tools.every(isTool))) {
    return 'expected tools to be a list of tool descriptions'
  }
  if (toolChoice !== undefined && !isToolChoice(toolChoice)) {
    return 'expected toolChoice to have a mode of auto, none or required'
  }
  if (toolChoice !== undefined && !(Array.isArray(tools) && tools.length > 0)) {
    return 'toolChoice needs tools'
  }
  return checkMessages(messages)
}

/** What is wrong with the result of sampling, or undefined. */
export function checkSampleResult(value: unknown, request?: SampleRequest): string | undefined {
  if (!isObject(value)) return 'expected an object'
  if (typeof value['model'] !== 'string') return 'expected "model" to be a string'
  const { stopReason } = value
  if (stopReason !== undefined && typeof stopReason !== 'string') {
    return 'expected "stopReason" to be a string'
  }
  const problem = checkMessage(value)
  if (problem !== undefined || !request) return problem
  const { tools = [], toolChoice } = request
  const offered = new Set(toolChoice?.mode === 'none' ? [] : tools.map((tool) => tool.name))
  const stray = blocksOf(value).find(
    ({ type, name }) => type === 'tool_use' && !offered.has(String(name)),
  )
  return stray && `it uses a tool that was not offered: ${String(stray['name']).slice(0, 100)}`
}

type Block = Readonly<Record<string, unknown>>

// Each use of a tool is answered in the very next message, which then holds nothing but such answers.
function checkMessages(messages: readonly unknown[]): string | undefined {
  let open: readonly string[] = []
  for (const [at, message] of messages.entries()) {
    const problem = checkMessage(message)
    if (problem !== undefined) return `message ${at}: ${problem}`
    const blocks = blocksOf(message)
    const results = blocks.filter(({ type }) => type === 'tool_result')
    const answered = results.map(({ toolUseId }) => String(toolUseId))
    if (results.length > 0 && results.length < blocks.length) {
      return `message ${at}: a message with a tool_result may contain nothing else`
    }
    if (!isSameSet(open, answered)) {
      return `message ${at}: expected exactly the results of the tools used before it: ${open.join(', ') || 'none'}`
    }
    open = blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => String(id))
    if (new Set(open).size < open.length)
      return `message ${at}: each tool_use needs an id of its own`
  }
  return open.length > 0 ? `expected results of the tools used last: ${open.join(', ')}` : undefined
}

function checkMessage(message: unknown): string | undefined {
  if (!isObject(message)) return 'expected an object'
  const { role } = message
  if (role !== 'user' && role !== 'assistant') return 'expected "role" to be user or assistant'
  const blocks = blocksOf(message)
  if (!blocks.every(isBlock)) return 'expected "content" to be a content block, or a list of them'
  const alien = role === 'user' ? 'tool_use' : 'tool_result'
  return blocks.some(({ type }) => type === alien)
    ? `a message of the ${role} has no ${alien}`
    : undefined
}

function blocksOf(message: unknown): readonly Block[] {
  const content = isObject(message) ? message['content'] : undefined
  return (Array.isArray(content) ? content : [content]) as readonly Block[]
}

function isBlock(value: unknown): value is Block {
  if (!isObject(value)) return false
  switch (value['type']) {
    case 'text':
      return typeof value['text'] === 'string'
    case 'image':
    case 'audio':
      return typeof value['data'] === 'string' && typeof value['mimeType'] === 'string'
    case 'tool_use':
      return (
        typeof value['id'] === 'string' &&
        typeof value['name'] === 'string' &&
        isObject(value['input'])
      )
    case 'tool_result':
      return typeof value['toolUseId'] === 'string' && Array.isArray(value['content'])
    default:
      return false
  }
}

function isTool(value: unknown): boolean {
  return isObject(value) && typeof value['name'] === 'string' && isObject(value['inputSchema'])
}

function isToolChoice(value: unknown): boolean {
  if (!isObject(value)) return false
  const { mode } = value
  return mode === undefined || mode === 'auto' || mode === 'none' || mode === 'required'
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  const set = new Set(others)
  return (
    some.length === others.length && set.size === some.length && some.every((one) => set.has(one))
  )
}
