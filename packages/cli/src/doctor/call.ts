import { type ConnectAnyOptions, connect } from '@lutra/client/connect'
import { listAll, refusalOf } from '../auth/probe.ts'
import { causesOf } from '../auth/refused.ts'
import type { Examination } from './finding.ts'
import { see } from './see.ts'

/** Calls the server with what is held, as every other command would. */
export async function examineCall(
  { server, say, busy, signal }: Examination,
  options: ConnectAnyOptions,
): Promise<void> {
  busy(`Calling ${server.href} with the token`)
  try {
    await using client = await connect(server, options)
    const tools = await listAll(client)
    const count =
      tools === undefined ? '' : `, and shows ${tools} ${tools === 1 ? 'tool' : 'tools'}`
    say('call', 'good', `With the token the server lets this command line in${count}`)
  } catch (error) {
    signal.throwIfAborted()
    const refused = refusalOf(error)
    const causes = causesOf(error)
    const reason = causes.find(({ name }) => name === 'AuthError')?.message
    const isAsked = causes.some(({ name }) => name === 'UnauthorizedError')
    if (!refused && !isAsked && reason === undefined) {
      say('call', 'bad', { what: (error as Error).message, side: 'the MCP server' })
      return
    }
    const why = /error_description="([^"]*)"/.exec(refused?.challenge ?? '')?.[1]
    say('call', 'bad', {
      what: `The server refuses the token${why ? `: ${why}` : reason ? `: ${reason}` : ''}`,
      side: 'this command line',
      fix:
        'Get a fresh one. Where that does not help, the MCP server and its authorization server disagree: ' +
        'compare issuer, audience and keys in the log of the MCP server',
      see: see.token,
    })
  }
}
