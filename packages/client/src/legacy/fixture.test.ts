import assert from 'node:assert/strict'
import {
  type Call,
  type ClientCapabilities,
  deferred,
  isInputRequired,
  joinedPipes,
  type Message,
  type Params,
  type Result,
  RpcError,
} from '@lutra/core'
import type { LegacyOptions } from './options.ts'
import { connectLegacyPipe } from './pipe.ts'

export interface Asked {
  readonly id: string | number
  readonly method: string
  readonly params: Params
}

export interface Peer {
  readonly received: Message[]
  send(message: Omit<Message, 'jsonrpc'> & object): void
  ask(method: string, params?: Params): Promise<Message>
}

export type Script = (asked: Asked, peer: Peer) => object | undefined | Promise<object | undefined>

/** What the scripted server says it can do. */
export const capabilities = {
  tools: { listChanged: true },
  resources: { subscribe: true },
  logging: {},
  tasks: {},
}

/** A session with a server that does what the script says; no script line for a method means an empty result. */
export async function withSession(
  script: Script,
  options: LegacyOptions & { version?: string; capabilities?: ClientCapabilities } = {},
) {
  const [near, far] = joinedPipes()
  const received: Message[] = []
  const answers = new Map<unknown, (message: Message) => void>()
  let last = 0
  const peer: Peer = {
    received,
    send: (message) => void far.send({ jsonrpc: '2.0', ...message } as Message),
    ask(method, params = {}) {
      const id = `s${++last}`
      const answer = deferred<Message>()
      answers.set(id, answer.resolve)
      peer.send({ id, method, params } as unknown as Message)
      return answer.promise
    },
  }
  const hello = {
    protocolVersion: options.version ?? '2025-11-25',
    capabilities,
    serverInfo: { name: 'old', version: '1' },
    instructions: 'Be kind',
  }
  async function serve(): Promise<void> {
    for await (const message of far.incoming) {
      received.push(message)
      if (!('method' in message)) answers.get(message.id)?.(message)
      else if ('id' in message) void reply(message as Asked)
    }
  }
  async function reply(asked: Asked): Promise<void> {
    try {
      const scripted = await script(asked, peer)
      const result = scripted ?? (asked.method === 'initialize' ? hello : {})
      peer.send({ id: asked.id, result } as unknown as Message)
    } catch (error) {
      if (error instanceof RpcError) {
        const { code, message, data } = error
        peer.send({ id: asked.id, error: { code, message, data } } as unknown as Message)
      }
    }
  }
  void serve()
  const connection = await connectLegacyPipe(near, options)
  return { connection, peer, end: () => far.close() }
}

/** What a caller declares who can answer anything. */
export const everything: ClientCapabilities = {
  elicitation: { form: {}, url: {} },
  sampling: {},
  roots: {},
}

export function call(method: string, params: Params = {}, changes: Partial<Call> = {}): Call {
  return {
    method,
    params,
    meta: { protocolVersion: '2025-11-25', clientCapabilities: everything },
    signal: new AbortController().signal,
    notify: () => {},
    ...changes,
  }
}

/** The params of each message of a method that the server got. */
export const sent = (peer: Peer, method: string): unknown[] =>
  peer.received.flatMap((message) =>
    'method' in message && message.method === method ? [message.params] : [],
  )

export const ignore: Script = () => undefined

/** The params with which a caller comes back who accepts all that was asked. */
export function accepted(result: Result, content: Params): Params {
  assert.ok(isInputRequired(result))
  const keys = Object.keys(result.inputRequests ?? {})
  const answers = keys.map((key) => [key, { action: 'accept', content }])
  return { requestState: result.requestState, inputResponses: Object.fromEntries(answers) }
}
