/** `subscriptions/listen` over a server that knows `resources/subscribe` and notices that nobody asked for. */
import {
  type Call,
  deferred,
  type Id,
  isObject,
  metaKeys,
  type Notification,
  type Result,
  type ServerCapabilities,
} from '@lutra/core'
import { type Filter, readFilter, wants } from './listen-filter.ts'
import type { Subscriptions } from './subscriptions.ts'

export interface Listening {
  listen(call: Call, capabilities: ServerCapabilities): Promise<Result>
  receive(notification: Notification): void
  /** Ends all streams: in peace, or with why the connection was lost. */
  close(reason?: Error): void
}

export function createListening(subscriptions: Subscriptions): Listening {
  const streams = new Set<Stream>()
  return {
    async listen(call, capabilities) {
      const filter = readFilter(call.params['notifications'], capabilities)
      const stream = createStream(call, filter)
      streams.add(stream)
      let uris: readonly string[] = []
      try {
        const asked = filter.resourceSubscriptions
        if (asked) uris = await subscriptions.add(asked)
        stream.acknowledge(asked ? { ...filter, resourceSubscriptions: uris } : filter)
        return await stream.result
      } finally {
        streams.delete(stream)
        stream.stop()
        subscriptions.remove(uris)
      }
    },
    receive(notification) {
      for (const stream of streams) stream.deliver(notification)
    },
    close(reason) {
      for (const stream of [...streams]) stream.end(reason)
    },
  }
}

type Stream = ReturnType<typeof createStream>

/** Notifications that may wait for the acknowledgment, which comes first. */
const maxHeld = 256

function createStream(call: Call, filter: Filter) {
  const id = call.id ?? crypto.randomUUID()
  const over = deferred<Result>()
  const { signal } = call
  let held: Notification[] | undefined = []

  const abort = () => over.reject(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  over.promise.catch(() => {})

  return {
    result: over.promise,
    deliver(notification: Notification): void {
      if (!wants(filter, notification)) return
      if (!held) call.notify(tagged(notification, id))
      else if (held.length < maxHeld) held.push(notification)
    },
    acknowledge(honoured: Filter): void {
      const params = { notifications: honoured }
      const first = { method: 'notifications/subscriptions/acknowledged', params }
      for (const notification of [first, ...(held ?? [])]) call.notify(tagged(notification, id))
      held = undefined
    },
    end(reason?: Error): void {
      if (reason) over.reject(reason)
      else over.resolve({ resultType: 'complete', _meta: { [metaKeys.subscriptionId]: id } })
    },
    stop: () => signal.removeEventListener('abort', abort),
  }
}

function tagged({ method, params }: Notification, id: Id): Notification {
  const own = isObject(params?.['_meta']) ? params['_meta'] : undefined
  return { method, params: { ...params, _meta: { ...own, [metaKeys.subscriptionId]: id } } }
}
