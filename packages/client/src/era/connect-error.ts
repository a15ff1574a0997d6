import { ErrorCode, isObject, RpcError } from '@lutra/core'
import { ConnectionError, TimeoutError } from '../words/error.ts'
import { statusOf } from './evidence.ts'

/** One way that was tried, and why it did not lead to the server. */
export interface Attempt {
  /** What was tried, in words. */
  readonly what: string
  readonly error: unknown
}

/** Says that a server could not be connected to: what was tried, in order, why each way failed, and what to do. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError'
  readonly tried: readonly Attempt[]

  constructor(target: string, tried: readonly Attempt[]) {
    const lines = tried.map(({ what, error }, index) => `  ${index + 1}. ${what}: ${textOf(error)}`)
    const last = tried.at(-1)?.error
    super([`Could not connect to ${target}`, ...lines, `  ${adviceFor(tried)}`].join('\n'), {
      cause: last,
    })
    this.tried = tried
  }
}

function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const line = text.replaceAll(/\s+/g, ' ').trim().slice(0, 300)
  return error instanceof RpcError ? `${line} (${error.code})` : line
}

function adviceFor(tried: readonly Attempt[]): string {
  for (const { error } of tried) {
    const status = statusOf(error)
    if (status === 401)
      return 'Give a token, or authorize this client: `auth: browser()` lets a person sign in.'
    if (status === 403)
      return 'What this client came with does not let it in: give another token, or authorize it for more.'
    if (status !== undefined && status >= 500) return 'The server failed: try again later.'
    if (error instanceof RpcError && error.code === ErrorCode.unsupportedVersion) {
      const supported = isObject(error.data) ? error.data['supported'] : undefined
      return `No revision is spoken by both sides; the server speaks ${String(supported).slice(0, 200)}.`
    }
    if (error instanceof TimeoutError) return 'Raise timeoutMs if the server is only slow.'
    if (error instanceof ConnectionError) return 'Check that the server runs and can be reached.'
  }
  return 'Check the address: there may be no MCP server here.'
}
