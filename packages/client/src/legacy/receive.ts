import {
  type Id,
  isRequest,
  type Message,
  type Notification,
  type NotificationMessage,
  type Params,
} from '@lutra/core'
import type { Parts } from './parts.ts'
import type { Origin } from './wire.ts'

/** Gives a message of the server to the part of the session that it is for. */
export function receive(parts: Parts, message: Message, origin: Origin): void {
  if (!('method' in message)) parts.requests.settle(message)
  else if (isRequest(message)) parts.asked.receive(message, origin)
  else receiveNotification(parts, message, origin)
}

function receiveNotification(parts: Parts, message: NotificationMessage, origin: Origin): void {
  const { method, params = {} } = message
  const notification: Notification = { method, params }
  switch (method) {
    case 'notifications/progress':
      receiveProgress(parts, params)
      break
    case 'notifications/message':
      parts.logging.receive(notification, origin)
      break
    case 'notifications/cancelled':
      parts.asked.cancel(params['requestId'])
      break
    case 'notifications/elicitation/complete':
      parts.urls.complete(params['elicitationId'])
      break
    default:
      parts.listening.receive(notification)
  }
}

/** Progress comes under the id of our request: the caller knows it by another token. */
function receiveProgress({ running, lasting }: Parts, params: Params): void {
  const token = params['progressToken'] as Id
  const call = running.get(token)?.call ?? lasting.get(token)
  const progressToken = call?.meta.progressToken
  if (!call || progressToken === undefined) return
  call.notify({ method: 'notifications/progress', params: { ...params, progressToken } })
}
