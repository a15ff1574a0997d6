import type { Client } from '@lutra/client'
import { type ConnectAnyOptions, connect } from '@lutra/client/connect'
import { listAll, refusalOf } from '../auth/probe.ts'
import type { Examination } from './finding.ts'
import { see } from './see.ts'
import { troubleOf } from './trouble.ts'

/** How a server answers somebody of whom it knows nothing. */
export type Answer =
  | { readonly kind: 'open' }
  /** It asks who is there: what stood in `WWW-Authenticate`. */
  | { readonly kind: 'asks'; readonly challenge: string | undefined }
  | { readonly kind: 'no server' }

/** Calls the server without a token, in every era it may speak. */
export async function examineAnswer(
  { server, say, busy, signal }: Examination,
  options: ConnectAnyOptions,
): Promise<Answer> {
  busy(`Calling ${server.href} without a token`)
  try {
    await using client = await connect(server, options)
    const { connection } = client
    const { serverInfo } = client.server
    const name = [serverInfo?.name, serverInfo?.version].filter(Boolean).join(' ') || 'A server'
    const speaks = `${connection.protocolVersion} (${connection.era})`
    const refused = await refusalOfLists(client)
    if (refused) {
      say(
        'answer',
        'good',
        `${name} answers, speaks ${speaks}, and asks who is there for what it offers`,
      )
      return { kind: 'asks', challenge: refused.challenge }
    }
    say('answer', 'good', `${name} answers, and speaks ${speaks}`)
    return { kind: 'open' }
  } catch (error) {
    signal.throwIfAborted()
    const refused = refusalOf(error)
    if (refused?.status === 401) {
      say('answer', 'good', 'The server answers, and asks who is there (HTTP 401)')
      return { kind: 'asks', challenge: refused.challenge }
    }
    if (refused?.status === 403) {
      say('answer', 'odd', {
        what: 'The server answers a call without a token by HTTP 403: clients take that for a missing scope',
        side: 'the MCP server',
        fix: 'Answer 401 with WWW-Authenticate where there is no token or none that is valid',
        see: see.token,
      })
      return { kind: 'asks', challenge: refused.challenge }
    }
    const trouble = troubleOf(error, server)
    const message = { what: (error as Error).message, side: 'the MCP server' as const }
    say('answer', 'bad', trouble ?? message)
    return { kind: 'no server' }
  }
}

/** Some servers greet everybody, and want to know who asks for more. */
async function refusalOfLists(client: Client) {
  try {
    await listAll(client)
    return undefined
  } catch (error) {
    const refused = refusalOf(error)
    if (refused?.status === 401) return refused
    throw error
  }
}
