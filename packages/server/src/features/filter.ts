/** What a `subscriptions/listen` request asks for. See /specification/2026-07-28/basic/patterns/subscriptions#filters */
import { type Call, invalidParams, isObject } from '@lutra/core'
import type { Limits } from '../server-types.ts'
import { type ListKind, listKinds } from './change.ts'

export interface Filter {
  readonly lists: readonly ListKind[]
  /** Without doubles. */
  readonly uris: readonly string[]
}

/** What is asked for and can be had; throws `RpcError` -32602 for a malformed filter, or for too many URIs. */
export function readFilter(call: Call, offered: readonly ListKind[], limits: Limits): Filter {
  const { notifications } = call.params
  if (!isObject(notifications)) {
    throw invalidParams('Invalid params: expected "notifications" to be an object')
  }
  const lists = listKinds.filter((kind) => {
    const wanted = notifications[`${kind}ListChanged`] ?? false
    if (typeof wanted === 'boolean') return wanted && offered.includes(kind)
    throw invalidParams(`Invalid params: expected "${kind}ListChanged" to be a boolean`)
  })
  const uris = readUris(notifications['resourceSubscriptions'] ?? [], limits)
  return { lists, uris: offered.includes('resources') ? uris : [] }
}

/** The filter as the acknowledgement says it back. */
export function printFilter({ lists, uris }: Filter): Record<string, unknown> {
  return {
    ...Object.fromEntries(lists.map((kind) => [`${kind}ListChanged`, true])),
    ...(uris.length > 0 && { resourceSubscriptions: uris }),
  }
}

function readUris(given: unknown, { urisPerSubscription, uriLength }: Limits): readonly string[] {
  if (!Array.isArray(given) || !given.every((uri) => typeof uri === 'string')) {
    throw invalidParams(
      'Invalid params: expected "resourceSubscriptions" to be an array of strings',
    )
  }
  if (given.length > urisPerSubscription) {
    throw invalidParams(
      `Invalid params: a subscription may name ${urisPerSubscription} resources at most`,
    )
  }
  if (given.some((uri) => uri.length > uriLength)) {
    throw invalidParams(`Invalid params: a URI may have ${uriLength} characters at most`)
  }
  return [...new Set(given)]
}
