import { type Connection, compileSchema } from '@lutra/core'
import type { ClientOptions } from '../options.ts'
import { type Client, createPlainClient } from './client.ts'

/** Puts words on a connection: lists, typed calls, questions answered, results cached and checked. */
export function createClient<S = unknown>(
  connection: Connection,
  options: ClientOptions = {},
): Client<S> {
  return createPlainClient(connection, { compile: compileSchema, ...options })
}
