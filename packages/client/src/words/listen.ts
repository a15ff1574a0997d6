/** Long-lived change notifications. See /specification/2026-07-28/basic/patterns/subscriptions */
import {
  deferred,
  isObject,
  type Notification,
  type Params,
  type Result,
  RpcError,
} from '@lutra/core'
import { backoff, followAbort, raceAbort, sleep } from '@lutra/core/wait'
import { createChanges } from './changes.ts'
import { ConnectionError, TimeoutError } from './error.ts'

/** Which changes to hear of. An open set: extensions add to it. */
export interface ListenFilter {
  readonly toolsListChanged?: boolean
  readonly promptsListChanged?: boolean
  readonly resourcesListChanged?: boolean
  readonly resourceSubscriptions?: readonly string[]
  readonly [other: string]: unknown
}

/** Something changed on the server. */
export type Change =
  | { readonly type: 'tools' | 'prompts' | 'resources' }
  | { readonly type: 'resource'; readonly uri: string }
  /** The stream was interrupted, or read too slowly: anything may have changed. */
  | { readonly type: 'gap' }
  | { readonly type: 'other'; readonly notification: Notification }

export interface ListenOptions {
  /** Ends the subscription. */
  readonly signal?: AbortSignal
  /** Milliseconds until the server must have acknowledged. Default: the client's `timeoutMs`. */
  readonly timeoutMs?: number
  /** Changes kept for a slow reader; beyond, they become one `gap`. Default: 1,024. */
  readonly maxBuffered?: number
  /** How often in a row a lost stream is opened anew. Default: without end. */
  readonly maxReconnects?: number
}

/** A subscription: iterate it to read changes. It ends when the server ends it, or by `close`. */
export interface Subscription extends AsyncIterable<Change>, AsyncDisposable {
  /** What the server agreed to send, which may be less than was asked for. */
  readonly acknowledged: Promise<ListenFilter>
  close(): void
}

/** Carries one `subscriptions/listen` until it ends. */
export type OpenListen = (
  params: Params,
  signal: AbortSignal,
  notify: (notification: Notification) => void,
) => Promise<Result>

/** Opens a subscription, and opens it anew whenever its stream is lost. */
export function listen(
  open: OpenListen,
  filter: ListenFilter,
  options: ListenOptions & { readonly timeoutMs: number },
): Subscription {
  const closing = new AbortController()
  const changes = createChanges(options.maxBuffered ?? 1024)
  const first = deferred<ListenFilter>()
  first.promise.catch(() => {})
  const close = () => closing.abort()
  const letGo = followAbort(options.signal, closing)

  async function run(): Promise<void> {
    let lost = 0
    for (let count = 0; ; count++) {
      try {
        await openOnce(count > 0, () => (lost = 0))
        return
      } catch (error) {
        if (closing.signal.aborted) return
        lost += 1
        if (!isLoss(error) || lost > (options.maxReconnects ?? Number.POSITIVE_INFINITY))
          throw error
        await sleep(backoff(lost - 1), closing.signal).catch(() => {})
        if (closing.signal.aborted) return
      }
    }
  }

  async function openOnce(again: boolean, acknowledged: () => void): Promise<void> {
    const attempt = new AbortController()
    const letGo = followAbort(closing.signal, attempt)
    const late = () => attempt.abort(new TimeoutError('subscriptions/listen was not acknowledged'))
    const timer = options.timeoutMs > 0 ? setTimeout(late, options.timeoutMs) : undefined
    const notify = (notification: Notification) => {
      if (notification.method !== 'notifications/subscriptions/acknowledged') {
        return changes.push(changeOf(notification))
      }
      clearTimeout(timer)
      acknowledged()
      if (again) changes.push({ type: 'gap' })
      const agreed = notification.params?.['notifications']
      first.resolve(isObject(agreed) ? agreed : {})
    }
    try {
      await raceAbort(open({ notifications: filter }, attempt.signal, notify), attempt.signal)
    } finally {
      clearTimeout(timer)
      letGo()
    }
  }

  run()
    .then(
      () => changes.end(),
      (error: unknown) => changes.end(error),
    )
    .finally(() => {
      letGo()
      first.reject(new ConnectionError('The subscription ended before it was acknowledged'))
    })

  return {
    acknowledged: first.promise,
    close,
    [Symbol.asyncIterator]: () => changes.read(close),
    async [Symbol.asyncDispose]() {
      close()
    },
  }
}

// An error that the server gave as its answer is its last word; so is a status that says not to come again.
function isLoss(error: unknown): boolean {
  if (error instanceof RpcError) return false
  if (error instanceof ConnectionError) return !error.final
  const status = isObject(error) ? error['status'] : undefined
  return typeof status !== 'number' || status >= 500 || status === 429 || status === 408
}

function changeOf(notification: Notification): Change {
  const { method, params } = notification
  const list = listChanged.exec(method)?.[1]
  if (list) return { type: list as 'tools' | 'prompts' | 'resources' }
  const uri = method === 'notifications/resources/updated' ? params?.['uri'] : undefined
  return typeof uri === 'string' ? { type: 'resource', uri } : { type: 'other', notification }
}

const listChanged = /^notifications\/(tools|prompts|resources)\/list_changed$/
