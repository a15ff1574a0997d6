import type { Notification, Result } from './call.ts'
import { notification } from './message.ts'

const text = Symbol('lutra.encoded')

/** Attaches the JSON text of a result that is sent many times, so that no transport encodes it again. A copy made by spread loses it. */
export function withEncoded<R extends Result>(result: R, json: string = JSON.stringify(result)): R {
  return Object.defineProperty(result, text, { value: json })
}

/** Whether a result has its JSON text attached: it is sent many times. */
export function isEncoded(result: Result): boolean {
  return (result as { [text]?: string })[text] !== undefined
}

/** The JSON text of a result; throws `TypeError` where a value in it has none. */
export function encodeResult(result: Result): string {
  return (result as { [text]?: string })[text] ?? JSON.stringify(result)
}

/** Attaches the JSON text of a notification's whole message, where the same one goes to many. A copy made by spread loses it. */
export function withEncodedNotification(told: Notification, json: string): Notification {
  return Object.defineProperty(told, text, { value: json })
}

/** The JSON text of a notification as a whole JSON-RPC message; throws `TypeError` where a value in it has none. */
export function encodeNotification(told: Notification): string {
  return (told as { [text]?: string })[text] ?? JSON.stringify(notification(told))
}
