/** Which messages belong to one era only. See /specification/2026-07-28/changelog */

/** Methods that need the modern envelope: on the legacy wire they do not exist. */
export const modernOnlyMethods: ReadonlySet<string> = new Set([
  'server/discover',
  'subscriptions/listen',
  'tasks/get',
  'tasks/update',
  'tasks/cancel',
])

/** Notifications that a listen stream or a task sends, which have no legacy counterpart. */
export const modernOnlyNotifications: ReadonlySet<string> = new Set([
  'notifications/subscriptions/acknowledged',
  'notifications/tasks',
])
