/** Notifications across the eras. See /specification/2025-11-25/schema */
import type { Notification } from '../call.ts'
import { isObject } from '../message.ts'
import { metaKeys } from '../meta.ts'
import { modernOnlyNotifications } from './method.ts'

/** A notification as a session sends it, without the tag of a listen stream; undefined where the legacy wire has none. */
export function lowerNotification(notification: Notification): Notification | undefined {
  const { method, params } = notification
  if (modernOnlyNotifications.has(method)) return undefined
  const meta = params?.['_meta']
  if (!isObject(meta) || !(metaKeys.subscriptionId in meta)) return notification
  const { [metaKeys.subscriptionId]: _, ...own } = meta
  const { _meta: __, ...rest } = params ?? {}
  if (Object.keys(own).length > 0) return { method, params: { ...rest, _meta: own } }
  return Object.keys(rest).length > 0 ? { method, params: rest } : { method }
}
