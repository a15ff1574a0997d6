/** Long-lived change notifications. See /specification/2026-07-28/basic/patterns/subscriptions */
import {
  type Call,
  ErrorCode,
  type Id,
  invalidParams,
  metaKeys,
  type Notification,
  type OnError,
  onAbort,
  type Result,
  RpcError,
} from '@lutra/core'
import { assertScopes, mayUse } from '@lutra/core/access'
import type { Environment } from '../environment.ts'
import type { Limits } from '../server-types.ts'
import { hasEnded } from './access.ts'
import {
  type Change,
  changeOf,
  type ListKind,
  listKinds,
  type Notice,
  noticeOf,
  type Subscription,
} from './change.ts'
import { type Filter, printFilter, readFilter } from './filter.ts'
import { createHearing, type Source } from './hearing.ts'

/** Everyone who listens to one server. */
export interface Hub {
  /** Answers `subscriptions/listen` when it ends; `offered` are the lists that the server has. */
  listen(call: Call, offered: readonly ListKind[]): Promise<Result>
  /** Ends all subscriptions with their result, and takes no more. */
  close(): void
}

interface Listener extends Subscription {
  readonly call: Call
  readonly filter: Filter
  /** Characters of its request. */
  readonly length: number
  readonly end: () => void
  readonly fail: (reason: unknown) => void
  /** Whether it was told that it hears of changes: only then is it told of any. */
  acknowledged: boolean
}

/** What a hub is made from. */
export interface HubOptions {
  readonly sources: () => readonly Source[]
  /** What a caller needs who hears of a resource. */
  readonly scopesOf: (uri: string) => readonly string[]
  readonly env: Environment
}

/** Hears of changes while someone listens: one bus subscription for each source, however many streams are open. */
export function createHub({ sources, scopesOf, env }: HubOptions): Hub {
  const listeners = new Set<Listener>()
  const groups = createGroups()
  const hearing = createHearing({
    sources,
    hear: (message) => deliver(changeOf(message)),
    missed: () => groups.changes().forEach(deliver),
  })
  let closed = false
  let held = 0

  function enter(listener: Listener): void {
    held += listener.length
    listeners.add(listener)
    const ready = hearing.begin()
    if (ready !== undefined) void ready.then(() => acknowledge(listener))
    else acknowledge(listener)
  }

  /** Says what is heard of, once no change is missed any more. */
  function acknowledge(listener: Listener): void {
    if (listener.acknowledged || !listeners.has(listener)) return
    listener.acknowledged = true
    try {
      listener.call.notify(acknowledgementOf(listener))
      groups.add(listener)
    } catch (reason) {
      listener.fail(reason)
      leave(listener)
    }
  }

  function leave(listener: Listener): void {
    if (!listeners.delete(listener)) return
    held -= listener.length
    groups.remove(listener)
    listener.end()
    if (listeners.size === 0) hearing.end()
  }

  function deliver(change: Change | undefined): void {
    const group = change && groups.of(change)
    if (!group) return
    const scopes = 'uri' in change ? scopesOf(change.uri) : []
    const telling = { notice: noticeOf(change), scopes, onError: env.onError }
    for (const listener of group) if (!tell(listener, telling)) leave(listener)
  }

  return {
    // Not async: what a suspended function holds on to weighs more than all the rest of an open stream.
    listen: (call, offered) =>
      new Promise((resolve, fail) => {
        if (closed) throw refusal('This server is closing: it takes no more subscriptions')
        verifyRoom(listeners.size, env.limits)
        const filter = filterOf(call, offered, { scopesOf, env })
        const length = lengthOf(call, held, env.limits)
        const { id = crypto.randomUUID() } = call
        const idText = JSON.stringify(id)
        const end = () => resolve(resultOf(id, env))
        const listener = { id, idText, call, filter, length, end, fail, acknowledged: false }
        enter(listener)
        onAbort(call, () => leave(listener))
      }),
    close() {
      closed = true
      for (const listener of [...listeners]) {
        // The result is never the first that a stream tells.
        acknowledge(listener)
        leave(listener)
      }
    },
  }
}

function acknowledgementOf({ filter, id }: Listener): Notification {
  return {
    method: 'notifications/subscriptions/acknowledged',
    params: { notifications: printFilter(filter), _meta: { [metaKeys.subscriptionId]: id } },
  }
}

interface Telling {
  readonly notice: Notice
  /** What it takes to hear of this. */
  readonly scopes: readonly string[]
  readonly onError: OnError
}

/** Tells one listener; false where it is to hear no more. What was open to all when it began may have got scopes since. */
function tell(listener: Listener, { notice, scopes, onError }: Telling): boolean {
  const { call } = listener
  if (hasEnded(call)) return false
  if (!mayUse(call, scopes)) return true
  try {
    call.notify(notice.to(listener))
    return true
  } catch (error) {
    onError(error, { id: crypto.randomUUID(), method: 'subscriptions/listen' })
    return false
  }
}

/** Who is told of which change. */
function createGroups() {
  const byKey = new Map<string, Set<Listener>>()
  const keysOf = ({ lists, uris }: Filter) => [...lists, ...uris.map((uri) => `uri ${uri}`)]
  return {
    of: (change: Change) => byKey.get('list' in change ? change.list : `uri ${change.uri}`),
    /** Every change that somebody would be told of. */
    changes(): readonly Change[] {
      const lists = listKinds.filter((list) => byKey.has(list)).map((list) => ({ list }))
      const uris = [...byKey.keys()].filter((key) => key.startsWith('uri '))
      return [...lists, ...uris.map((key) => ({ uri: key.slice('uri '.length) }))]
    },
    add(listener: Listener): void {
      for (const key of keysOf(listener.filter)) {
        const group = byKey.get(key)
        if (group) group.add(listener)
        else byKey.set(key, new Set([listener]))
      }
    },
    remove(listener: Listener): void {
      for (const key of keysOf(listener.filter)) {
        const group = byKey.get(key)
        group?.delete(listener)
        if (group?.size === 0) byKey.delete(key)
      }
    },
  }
}

/** What is asked for, where the caller may have it; throws `ScopeError` that names all that it needs otherwise. */
function filterOf(
  call: Call,
  offered: readonly ListKind[],
  { scopesOf, env }: Pick<HubOptions, 'scopesOf' | 'env'>,
): Filter {
  const filter = readFilter(call, offered, env.limits)
  assertScopes(call, [...new Set(filter.uris.flatMap(scopesOf))], 'this subscription')
  return filter
}

function resultOf(id: Id, { meta }: Environment): Result {
  return { resultType: 'complete', _meta: { ...meta, [metaKeys.subscriptionId]: id } }
}

function verifyRoom(open: number, { subscriptions }: Limits): void {
  if (open < subscriptions) return
  throw refusal(`This server has ${subscriptions} subscriptions open, and takes no more`)
}

/** What a subscription holds on to for as long as it is open; throws `RpcError` where that is too much. */
function lengthOf({ params }: Call, held: number, { subscriptionsLength }: Limits): number {
  const { length } = JSON.stringify(params)
  const max = Math.floor(subscriptionsLength / 64)
  if (length > max) {
    throw invalidParams(
      `Invalid params: a subscription may be ${max} characters long, not ${length}`,
    )
  }
  if (held + length <= subscriptionsLength) return length
  throw refusal('This server holds as much of subscriptions as it can, and takes no more')
}

function refusal(message: string): RpcError {
  return new RpcError(message, { code: ErrorCode.internal })
}
