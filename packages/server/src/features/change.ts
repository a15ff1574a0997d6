/** What can change on a server, as it travels over a bus and as listeners are told. */
import {
  type Id,
  isObject,
  metaKeys,
  type Notification,
  withEncodedNotification,
} from '@lutra/core'

/** The lists that can change. */
export const listKinds = ['tools', 'prompts', 'resources'] as const
export type ListKind = (typeof listKinds)[number]

export type Change = { readonly list: ListKind } | { readonly uri: string }

/** Reads what came over a bus, which other processes write to; undefined for what is no change. */
export function changeOf(message: unknown): Change | undefined {
  if (!isObject(message)) return undefined
  const { list, uri } = message
  if (typeof uri === 'string') return { uri }
  return isListKind(list) ? { list } : undefined
}

/** A change as it is told to many: its text is made once, only the id of the subscription differs. */
export interface Notice {
  to(subscription: Subscription): Notification
}

/** The id of a `subscriptions/listen` request, and its JSON text. */
export interface Subscription {
  readonly id: Id
  readonly idText: string
}

export function noticeOf(change: Change): Notice {
  const method =
    'list' in change
      ? `notifications/${change.list}/list_changed`
      : 'notifications/resources/updated'
  const own = 'list' in change ? {} : { uri: change.uri }
  const ownText = 'list' in change ? '' : `"uri":${JSON.stringify(change.uri)},`
  const head = `{"jsonrpc":"2.0","method":"${method}","params":{${ownText}"_meta":{"${metaKeys.subscriptionId}":`
  return {
    to: ({ id, idText }) =>
      withEncodedNotification(
        { method, params: { ...own, _meta: { [metaKeys.subscriptionId]: id } } },
        `${head}${idText}}}}`,
      ),
  }
}

function isListKind(value: unknown): value is ListKind {
  return listKinds.some((kind) => kind === value)
}
