/** Calls over two streams of messages. See /specification/2026-07-28/basic/transports/stdio */
import {
  type Call,
  type Connection,
  createPending,
  deferred,
  type Handler,
  type Id,
  isRequest,
  type Message,
  metaKeys,
  type NotificationMessage,
  type Pipe,
  type Result,
  withMeta,
} from '@lutra/core'
import { type ConnectOptions, warnBy } from '../options.ts'
import { discover } from '../words/discover.ts'
import { ConnectionError } from '../words/error.ts'

/** A modern server at the other end of a pipe, before anything was said to it. */
interface PipeChannel {
  readonly handler: Handler
  readonly closed: Promise<Error | undefined>
  close(): Promise<void>
}

/** Connects to a modern server over a pipe. */
export async function connectPipe(pipe: Pipe, options: ConnectOptions = {}): Promise<Connection> {
  const channel = openPipe(pipe, options)
  try {
    return { ...channel, era: 'modern', ...(await discover(channel.handler, options)) }
  } catch (error) {
    await channel.close()
    throw error
  }
}

/** Reads and writes a pipe on behalf of calls, without a word of its own. */
function openPipe(pipe: Pipe, options: Pick<ConnectOptions, 'onWarning'> = {}): PipeChannel {
  const warn = warnBy(options)
  const pending = createPending((message) => pipe.send(message))
  const calls = new Map<Id, Call>()
  const end = deferred<Error | undefined>()
  // Whoever comes later need not come again: a pipe does not open a second time.
  let over: ConnectionError | undefined

  function receive(message: Message): void {
    if (isRequest(message)) warn(`Ignored a request of the server's own: ${message.method}`)
    else if ('method' in message) route(message)
    // Late answers to cancelled calls are expected; an error that names no call can be told to nobody else.
    else if (!pending.settle(message) && 'error' in message && message.id === undefined) {
      warn(`The server could not read a message: ${message.error.message}`)
    }
  }

  function route(message: NotificationMessage): void {
    if (message.method === 'notifications/cancelled') {
      const id = message.params?.['requestId'] as Id
      if (calls.get(id)?.method === 'subscriptions/listen') {
        pending.fail(new ConnectionError('The server ended the subscription'), id)
      }
      return
    }
    const id = callOf(message, calls)
    const call = id === undefined ? undefined : calls.get(id)
    if (!call) return
    call.notify(message.method === 'notifications/progress' ? withToken(message, call) : message)
  }

  function finish(error: Error): void {
    over ??= new ConnectionError(error.message, { cause: error, final: true })
    pending.fail(error)
    end.resolve(error instanceof ConnectionError && error.final ? undefined : error)
  }

  void readToEnd(pipe, receive).then(finish)

  return {
    async handler(call) {
      const { method, params, meta, signal } = call
      if (over) throw over
      let own: Id | undefined
      const envelope = (id: Id) => {
        own = id
        calls.set(id, call)
        // The caller's token may be in use by another caller; the id never is.
        const unique = meta.progressToken === undefined ? meta : { ...meta, progressToken: id }
        return withMeta(params, unique)
      }
      try {
        const result = await pending.ask(method, envelope, { signal })
        return (result['resultType'] === undefined
          ? { resultType: 'complete', ...result }
          : result) as unknown as Result
      } finally {
        if (own !== undefined) calls.delete(own)
      }
    },
    closed: end.promise,
    async close() {
      finish(new ConnectionError('The connection was closed', { final: true }))
      await pipe.close()
    },
  }
}

/** Gives what comes, and why no more will. */
async function readToEnd(
  pipe: Pipe,
  receive: (message: Message) => void,
): Promise<ConnectionError> {
  try {
    for await (const message of pipe.incoming) receive(message)
    return new ConnectionError('The server has ended the connection')
  } catch (cause) {
    if (cause instanceof ConnectionError) return cause
    return new ConnectionError('The connection broke', { cause })
  }
}

/** Which call a notification is about: each kind says so in its own way. */
function callOf(
  { method, params = {} }: NotificationMessage,
  calls: ReadonlyMap<Id, Call>,
): Id | undefined {
  if (method === 'notifications/progress') return params['progressToken'] as Id
  const own = params['_meta'] as Readonly<Record<string, unknown>> | undefined
  const subscription = own?.[metaKeys.subscriptionId]
  if (subscription !== undefined) return subscription as Id
  if (method !== 'notifications/message') return undefined
  // Log messages do not name their call: the oldest one that asked for any gets it.
  for (const [id, call] of calls) if (call.meta.logLevel) return id
  return undefined
}

function withToken(message: NotificationMessage, call: Call): NotificationMessage {
  return { ...message, params: { ...message.params, progressToken: call.meta.progressToken } }
}
