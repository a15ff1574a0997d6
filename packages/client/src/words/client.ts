import {
  type Connection,
  compose,
  type Discovered,
  type Handler,
  type Params,
  type Result,
} from '@lutra/core'
import type { CallOptions, PlainClientOptions } from '../options.ts'
import { warnBy } from '../options.ts'
import { wordsByName } from './by-name.ts'
import { type Completion, type CompletionRequest, readCompletion } from './completion.ts'
import { warnDeprecated } from './deprecated.ts'
import { readDiscovered } from './discover.ts'
import { type ListenFilter, type ListenOptions, listen, type Subscription } from './listen.ts'
import { type Listed, type ListKind, type Page, readList, readPages } from './lists.ts'
import { wrap } from './pipeline.ts'
import { type PromptResult, readPromptResult } from './prompt-result.ts'
import { type ResourceResult, readResourceResult } from './resource-result.ts'
import { createSend } from './send.ts'
import { readToolResult, ToolCallError, type ToolResult } from './tool-result.ts'
import type { CallByName, PromptCalls, ToolCalls } from './types.ts'

/** Typed words for a server's methods. `S` is the server's type, where it is known. */
export interface Client<S = unknown> extends AsyncDisposable {
  /** The server's tools by name: `client.tools.forecast({ city: 'Bern' })`. Throws `ToolCallError` when the tool says that it failed. */
  readonly tools: ToolCalls<S>
  /** The server's prompts by name: `client.prompts.review({ code })`. */
  readonly prompts: PromptCalls<S>
  /** Calls a tool by its name on the wire, for names that are no property names. Throws as `tools` does. */
  readonly call: CallByName<S>
  /** Calls a tool and gives its result whether it failed or not: what a model should get to read. */
  callTool(name: string, args?: Params, options?: CallOptions): Promise<ToolResult>
  listTools(options?: CallOptions): Promise<readonly Listed['tools'][]>
  listPrompts(options?: CallOptions): Promise<readonly Listed['prompts'][]>
  listResources(options?: CallOptions): Promise<readonly Listed['resources'][]>
  listResourceTemplates(options?: CallOptions): Promise<readonly Listed['resourceTemplates'][]>
  /** A list page by page, as the server cuts it. */
  pages<K extends ListKind>(kind: K, options?: CallOptions): AsyncGenerator<Page<Listed[K]>>
  readResource(uri: string, options?: CallOptions): Promise<ResourceResult>
  getPrompt(
    name: string,
    args?: Readonly<Record<string, string>>,
    options?: CallOptions,
  ): Promise<PromptResult>
  complete(request: CompletionRequest, options?: CallOptions): Promise<Completion>
  /** Hears of changes, across lost connections: `for await (const change of client.listen({ toolsListChanged: true }))`. */
  listen(filter: ListenFilter, options?: ListenOptions): Subscription
  /** Asks the server anew what it is and can do. */
  discover(options?: CallOptions): Promise<Discovered>
  /** Sends any method, those of extensions too, with all that the client does around calls. */
  request(method: string, params?: Params, options?: CallOptions): Promise<Result>
  /** What the server said of itself when it was reached. */
  readonly server: Discovered
  readonly connection: Connection
  /** The same as a handler, for whatever takes calls. */
  readonly handler: Handler
  close(): Promise<void>
}

/** Puts words on a connection. Structured results are not checked, and forms not answered unless `options.forms` is given. */
export function createPlainClient<S = unknown>(
  connection: Connection,
  options: PlainClientOptions = {},
): Client<S> {
  const handler = compose(wrap(connection, options), connection.handler)
  warnDeprecated(options)
  const closing = new AbortController()
  const send = createSend({ handler, options, connection })
  const lists = { send, warn: warnBy(options), maxPages: options.maxPages ?? 1000 }

  async function callTool(
    name: string,
    args: Params = {},
    call?: CallOptions,
  ): Promise<ToolResult> {
    return readToolResult(await send('tools/call', { name, arguments: args }, call))
  }

  async function callOrThrow(name: string, args?: Params, call?: CallOptions): Promise<ToolResult> {
    const result = await callTool(name, args, call)
    if (result.isError) throw new ToolCallError(name, result)
    return result
  }

  async function getPrompt(name: string, args: Params = {}, call?: CallOptions) {
    return readPromptResult(await send('prompts/get', { name, arguments: args }, call))
  }

  async function close(): Promise<void> {
    closing.abort()
    await connection.close()
  }

  // The named words are typed by the server's type, which a function over any name cannot be.
  return {
    tools: wordsByName(callOrThrow) as unknown as ToolCalls<S>,
    prompts: wordsByName(getPrompt) as unknown as PromptCalls<S>,
    call: callOrThrow as unknown as CallByName<S>,
    callTool,
    listTools: (call) => readList(lists, 'tools', call),
    listPrompts: (call) => readList(lists, 'prompts', call),
    listResources: (call) => readList(lists, 'resources', call),
    listResourceTemplates: (call) => readList(lists, 'resourceTemplates', call),
    pages: (kind, call) => readPages(lists, kind, call),
    readResource: async (uri, call) =>
      readResourceResult(await send('resources/read', { uri }, call)),
    getPrompt,
    complete: async (request, call) =>
      readCompletion(await send('completion/complete', { ...request }, call)),
    listen: (filter, listening = {}) =>
      listen(send.open, filter, {
        timeoutMs: options.timeoutMs ?? 60_000,
        ...listening,
        // A signal of its own: hundreds of listeners on one would count as a leak.
        signal: AbortSignal.any([closing.signal, ...(listening.signal ? [listening.signal] : [])]),
      }),
    discover: async (call) => readDiscovered(await send('server/discover', {}, call)),
    request: (method, params = {}, call = {}) => send(method, params, call),
    server: connection.discovered,
    connection,
    handler,
    close,
    [Symbol.asyncDispose]: close,
  }
}
