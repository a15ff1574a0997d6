import type { Notification, Params } from './call.ts'
import { ErrorCode, RpcError } from './error.ts'

/** The id of a request: unique among a sender's unanswered ones, echoed with its JSON type. */
export type Id = string | number

export interface RequestMessage {
  readonly jsonrpc: '2.0'
  readonly id: Id
  readonly method: string
  readonly params?: Params
}

export interface NotificationMessage {
  readonly jsonrpc: '2.0'
  readonly method: string
  readonly params?: Params
}

export interface ResultMessage {
  readonly jsonrpc: '2.0'
  readonly id: Id
  readonly result: Readonly<Record<string, unknown>>
}

export interface ErrorMessage {
  readonly jsonrpc: '2.0'
  readonly id?: Id
  readonly error: { readonly code: number; readonly message: string; readonly data?: unknown }
}

/** One JSON-RPC 2.0 message. See /specification/2026-07-28/basic#messages */
export type Message = RequestMessage | NotificationMessage | ResultMessage | ErrorMessage

/** Checks that a parsed JSON value is a JSON-RPC message; throws `RpcError` -32600 naming what is off. */
export function parseMessage(value: unknown): Message {
  if (!isObject(value)) throw invalid('Expected one JSON-RPC object')
  if (value['jsonrpc'] !== '2.0') throw invalid('Expected "jsonrpc": "2.0"')
  const { id, method, params } = value
  if (id !== undefined && !isId(id)) throw invalid(expectedId)
  if (method !== undefined) {
    if (typeof method !== 'string') throw invalid('Expected "method" to be a string')
    if (params !== undefined && !isObject(params))
      throw invalid('Expected "params" to be an object')
    return value as unknown as Message
  }
  if (isObject(value['result']) && id !== undefined) return value as unknown as Message
  if (isErrorBody(value['error'])) return value as unknown as Message
  throw invalid('Expected a "method", a "result" or an "error"')
}

/** The id of a value that may not be a valid message, so that an error about it can be addressed. */
export function idOf(value: unknown): Id | undefined {
  return isObject(value) && isId(value['id']) ? value['id'] : undefined
}

export function isRequest(message: Message): message is RequestMessage {
  return 'method' in message && 'id' in message
}

export function isNotification(message: Message): message is NotificationMessage {
  return 'method' in message && !('id' in message)
}

/** Whether a value is a JSON object: neither null nor an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a value is an id. Everything about a request carries it, so that a long one would cost more than it is worth. */
export function isId(value: unknown): value is Id {
  if (typeof value === 'string') return value.length <= longestId
  return typeof value === 'number' && Number.isInteger(value)
}

const longestId = 1024
const expectedId = `Expected "id" to be a string of at most ${longestId} characters or an integer`

export function request(id: Id, method: string, params: Params): RequestMessage {
  return { jsonrpc: '2.0', id, method, params }
}

export function notification({ method, params }: Notification): NotificationMessage {
  return params === undefined ? { jsonrpc: '2.0', method } : { jsonrpc: '2.0', method, params }
}

export function success(id: Id, result: Readonly<Record<string, unknown>>): ResultMessage {
  return { jsonrpc: '2.0', id, result }
}

/** The error response to a request, or an id-less one where its id could not be read. */
export function failure(id: Id | undefined, error: RpcError): ErrorMessage {
  const { code, message, data } = error
  const body = data === undefined ? { code, message } : { code, message, data }
  return id === undefined ? { jsonrpc: '2.0', error: body } : { jsonrpc: '2.0', id, error: body }
}

function isErrorBody(value: unknown): boolean {
  return isObject(value) && Number.isInteger(value['code']) && typeof value['message'] === 'string'
}

function invalid(message: string): RpcError {
  return new RpcError(`Invalid request: ${message}`, { code: ErrorCode.invalidRequest })
}
