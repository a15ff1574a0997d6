/** Unsolicited notifications of a legacy session, from one `subscriptions/listen` call behind it. See /specification/2025-11-25/server/resources#subscriptions */
import type { Auth, Call, Handler, Meta, Notification, ServerCapabilities } from '@lutra/core'
import { lowerNotification } from '@lutra/core/legacy'

export interface ListenerOptions {
  readonly meta: () => Meta
  readonly auth?: Auth | undefined
  readonly header?: Call['header']
  readonly notify: (notification: Notification) => void
  /** The handler has ended it: it is going down. */
  readonly ended?: () => void
}

/** What a legacy session hears of without having asked on each request. */
export interface Listener {
  /**
   * Listens for what the server announces of its lists, and for these resources. Resolves once the handler has
   * acknowledged that; rejects where it will not.
   */
  listen(capabilities: ServerCapabilities, uris: Iterable<string>): Promise<void>
  close(): void
}

export function createListener(handler: Handler, options: ListenerOptions): Listener {
  let current: AbortController | undefined
  let count = 0

  function start(filter: Record<string, unknown>): Promise<void> {
    const mine = new AbortController()
    const before = current
    current = mine
    count += 1
    return new Promise((resolve, reject) => {
      const call: Call = {
        id: `listen-${count}`,
        method: 'subscriptions/listen',
        params: { notifications: filter },
        meta: options.meta(),
        auth: options.auth,
        header: options.header,
        signal: mine.signal,
        notify(notification) {
          if (mine.signal.aborted) return
          if (notification.method === 'notifications/subscriptions/acknowledged') {
            // The old call ends only now, so that nothing falls between the two.
            before?.abort()
            resolve()
            return
          }
          const lowered = lowerNotification(notification)
          if (lowered) options.notify(lowered)
        },
      }
      handler(call).then(
        () => {
          before?.abort()
          resolve()
          if (current === mine && !mine.signal.aborted) options.ended?.()
        },
        (reason) => {
          if (current === mine) current = before
          reject(reason)
        },
      )
    })
  }

  return {
    async listen(capabilities, uris) {
      const filter = filterFor(capabilities, [...uris])
      if (Object.keys(filter).length > 0) return start(filter)
      current?.abort()
      current = undefined
    },
    close() {
      current?.abort()
      current = undefined
    },
  }
}

function filterFor(
  { tools, prompts, resources }: ServerCapabilities,
  uris: readonly string[],
): Record<string, unknown> {
  return {
    ...(tools?.listChanged && { toolsListChanged: true }),
    ...(prompts?.listChanged && { promptsListChanged: true }),
    ...(resources?.listChanged && { resourcesListChanged: true }),
    ...(uris.length > 0 && { resourceSubscriptions: uris }),
  }
}
