import { createMemoryStore, type Implementation, type Params, type Store } from '@lutra/core'
import type { ConnectAnyOptions } from '../connect.ts'
import { type CallOptions, warnBy } from '../options.ts'
import type { ToolResult } from '../words/tool-result.ts'
import type { AskOptions } from './ask.ts'
import type { HostTarget, ServerOf } from './entry.ts'
import { type GateOptions, passGate } from './gate.ts'
import { createMember, type HostServer, type Member } from './host-server.ts'
import type { ReconnectOptions } from './keep-connected.ts'
import { createListeners } from './listeners.ts'
import { isSettled, readSettled, type Settled } from './settle.ts'
import type { Status } from './status.ts'
import { buildToolTable, type HostTool, type ToolTable } from './tool-table.ts'

/** The servers of a host by name. */
export type HostServers = Readonly<Record<string, HostTarget>>

export interface HostOptions<M extends HostServers = HostServers>
  extends AskOptions<keyof M & string>,
    GateOptions<keyof M & string> {
  readonly servers: M
  /** What this host calls itself to servers. */
  readonly info?: Implementation
  /** How servers are connected to and called, unless an entry says otherwise. */
  readonly connect?: Omit<ConnectAnyOptions, 'signal' | 'answer' | 'info' | 'store'>
  readonly reconnect?: ReconnectOptions
  /** Remembers what tools were when they were approved, and the eras of servers. Default: memory. */
  readonly store?: Store
}

/** Many servers at once. One that is dead never fails the others. */
export interface Host<M extends HostServers = HostServers> extends AsyncDisposable {
  readonly servers: { readonly [K in keyof M]: HostServer<ServerOf<M[K]>> }
  /** Resolves when every server has come to something, or when the time is up. Never rejects. */
  settled(options?: { readonly within?: number }): Promise<Settled<keyof M & string>>
  /** What a model can call now, and which names collided. */
  tools(): ToolTable
  /** Makes a call that a model wants, if policy and person let it. A tool that failed gives a result that says so. */
  call(id: string, args?: Params, options?: CallOptions): Promise<ToolResult>
  /** Calls `listen` whenever a server's status changes; the function that it returns ends that. */
  onStatus(listen: (event: { server: keyof M & string; status: Status }) => void): () => void
  /** Calls `listen` whenever a server's tools have changed. */
  onToolsChanged(listen: (event: { server: keyof M & string }) => void): () => void
  close(): Promise<void>
}

/** Connects to many servers side by side, and puts their tools before a model under names that hold. */
export function createHost<const M extends HostServers>(options: HostOptions<M>): Host<M>
export function createHost(options: HostOptions): Host {
  const store = options.store ?? createMemoryStore()
  const warn = warnBy(options.connect ?? {})
  const statuses = createListeners<{ server: string; status: Status }>(warn)
  const changes = createListeners<{ server: string }>(warn)
  const members = new Map<string, Member>()
  for (const [server, target] of Object.entries(options.servers)) {
    const member = createMember(server, target, {
      ...options,
      store,
      onStatus: (status) => statuses.tell({ server, status }),
      onTools: () => changes.tell({ server }),
    })
    members.set(server, member)
  }
  for (const { server, lazy } of members.values()) if (!lazy) server.ready().catch(() => {})

  async function close(): Promise<void> {
    await Promise.allSettled([...members.values()].map((member) => member.close()))
  }

  return {
    servers: Object.fromEntries([...members].map(([name, { server }]) => [name, server])),
    settled: ({ within } = {}) => settle(members, statuses.on, within),
    tools() {
      const { tools, collisions } = tableOf(members)
      const here = (tool: HostTool) => members.get(tool.server)?.server.status.state === 'ready'
      return { tools: tools.filter(here), collisions }
    },
    async call(id, args = {}, call) {
      // What was decided over is what is sent, whatever becomes of the object meanwhile.
      const sent = structuredClone(args)
      const find = () => findTool(members, id)
      const tool = await passGate(find, sent, { ...options, store })
      const { server } = memberOf(members, tool)
      const client = await server.ready(call?.signal ? { signal: call.signal } : {})
      return client.callTool(tool.name, sent, call)
    },
    onStatus: statuses.on,
    onToolsChanged: changes.on,
    close,
    [Symbol.asyncDispose]: close,
  }
}

function tableOf(members: ReadonlyMap<string, Member>): ToolTable {
  return buildToolTable(
    [...members].map(
      ([
        server,
        {
          prefix,
          tools,
          server: { trust },
        },
      ]) => {
        return { server, prefix, trust, tools }
      },
    ),
  )
}

function findTool(members: ReadonlyMap<string, Member>, id: string): HostTool {
  const tool = tableOf(members).tools.find((one) => one.id === id)
  if (tool) return tool
  throw new TypeError(`There is no tool ${JSON.stringify(id.slice(0, 200))}`)
}

function memberOf(members: ReadonlyMap<string, Member>, tool: HostTool): Member {
  const member = members.get(tool.server)
  if (member) return member
  throw new TypeError(`There is no server ${tool.server}`)
}

async function settle(
  members: ReadonlyMap<string, Member>,
  onStatus: (listen: () => void) => () => void,
  within: number | undefined,
): Promise<Settled> {
  const done = () => [...members.values()].every(({ server }) => isSettled(server.status))
  let stop = () => {}
  await new Promise<void>((resolve) => {
    const check = () => {
      if (done()) resolve()
    }
    const off = onStatus(check)
    const timer = within === undefined ? undefined : setTimeout(resolve, within)
    stop = () => {
      off()
      clearTimeout(timer)
    }
    check()
  })
  stop()
  return readSettled(members)
}
