/** Which messages belong to one era only. See /specification/2026-07-28/changelog */
import type { Revision } from './revision.ts'

/** Whether a method needs the modern envelope: on the wire of this revision it does not exist. */
export function isModernOnly(method: string, { tasks }: Revision): boolean {
  return modernOnly.has(method) || (!tasks && taskMethods.has(method))
}

const modernOnly: ReadonlySet<string> = new Set([
  'server/discover',
  'subscriptions/listen',
  'tasks/update',
])

const taskMethods: ReadonlySet<string> = new Set([
  'tasks/get',
  'tasks/cancel',
  'tasks/result',
  'tasks/list',
])

/** Notifications that a listen stream or a task sends, which have no legacy counterpart. */
export const modernOnlyNotifications: ReadonlySet<string> = new Set([
  'notifications/subscriptions/acknowledged',
  'notifications/tasks',
])
