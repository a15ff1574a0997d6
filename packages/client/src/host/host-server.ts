import {
  createMemoryStore,
  type Implementation,
  type Store,
  type ToolDescription,
} from '@lutra/core'
import { type ConnectAnyOptions, connect } from '../connect.ts'
import { warnBy } from '../options.ts'
import { wordsByName } from '../words/by-name.ts'
import type { Client } from '../words/client.ts'
import type { CallByName, PromptCalls, ToolCalls } from '../words/types.ts'
import { type AskOptions, answersOf } from './ask.ts'
import { type Entry, type Finder, type HostTarget, readEntry, type Trust } from './entry.ts'
import { type Kept, keepConnected, type ReconnectOptions } from './keep-connected.ts'
import type { Status } from './status.ts'
import { watchTools } from './watch-tools.ts'

/** One server of a host. Its words connect first where need be; they are the host's own calls, and pass no policy. */
export interface HostServer<S = unknown> {
  readonly name: string
  readonly trust: Trust
  readonly status: Status
  readonly tools: ToolCalls<S>
  readonly prompts: PromptCalls<S>
  readonly call: CallByName<S>
  /** The client of the connection that there is now, or of the next one; rejects when that fails. */
  ready(options?: { readonly signal?: AbortSignal }): Promise<Client<S>>
  /** Connects anew, at once: when a person has authorized it, or will not wait. */
  reconnect(): Promise<void>
}

/** What the host knows of a server besides. */
export interface Member {
  readonly server: HostServer
  readonly prefix: string
  readonly lazy: boolean
  /** What it told last, also while it is away: names must not come and go with connections. */
  readonly tools: readonly ToolDescription[]
  close(): Promise<void>
}

export interface MemberOptions extends AskOptions {
  readonly info?: Implementation
  readonly connect?: ConnectAnyOptions
  readonly store?: Store
  readonly reconnect?: ReconnectOptions
  onStatus(status: Status): void
  onTools(tools: readonly ToolDescription[]): void
}

function isFinder(target: Entry['target']): target is Finder {
  return typeof target === 'object' && 'find' in target
}

export function createMember(name: string, target: HostTarget, options: MemberOptions): Member {
  const entry = readEntry(target)
  const { lazy = false, prefix = name } = entry
  const { store = createMemoryStore(), info } = options
  const shared: ConnectAnyOptions = { ...options.connect, ...entry.options, store }
  const own = { ...shared, answer: answersOf(name, options), ...(info && { info }) }
  const warn = warnBy(own)
  let tools: readonly ToolDescription[] = []
  let toolsError: Error | undefined

  async function open(signal: AbortSignal): Promise<Client> {
    const where = isFinder(entry.target) ? await entry.target.find() : entry.target
    const client = await (typeof where === 'function'
      ? connect(where, { ...own, signal })
      : connect(where, { ...own, signal }))
    await watchTools(client, {
      onTools(found) {
        tools = found
        toolsError = undefined
        options.onTools(found)
      },
      onError(error) {
        toolsError = error
      },
      onWarning: (message) => warn(`${name}: ${message}`),
    })
    return client
  }

  const withTools = (status: Status): Status =>
    status.state === 'ready' && toolsError ? { ...status, toolsError } : status
  const kept = keepConnected({
    connect: open,
    reconnect: options.reconnect ?? {},
    onStatus: (status) => options.onStatus(withTools(status)),
  })
  const server = createHostServer({ name, trust: entry.trust, kept, withTools })
  return {
    server,
    prefix,
    lazy,
    get tools() {
      return tools
    },
    close: kept.close,
  }
}

interface HostServerParts {
  readonly name: string
  readonly trust: Trust
  readonly kept: Kept
  withTools(status: Status): Status
}

function createHostServer({ name, trust, kept, withTools }: HostServerParts): HostServer {
  const call = async (...args: Parameters<Client['call']>) => (await kept.ready()).call(...args)
  const prompt = async (...args: Parameters<Client['getPrompt']>) =>
    (await kept.ready()).getPrompt(...args)
  return {
    name,
    trust,
    get status() {
      return withTools(kept.status)
    },
    tools: wordsByName(call) as unknown as ToolCalls<unknown>,
    prompts: wordsByName(prompt) as unknown as PromptCalls<unknown>,
    call,
    ready: ({ signal } = {}) => kept.ready(signal),
    reconnect: () => kept.reconnect(),
  }
}
