import type { Client } from '@lutra/client'
import { causesOf } from './refused.ts'

/** Asks for what a server offers: some servers greet everybody, and want to know who asks for more. */
export async function listAll(client: Client): Promise<number | undefined> {
  const { tools, resources, prompts } = client.server.capabilities
  if (tools) return (await client.listTools()).length
  if (resources) await client.listResources()
  else if (prompts) await client.listPrompts()
  return undefined
}

/** The refusal behind an error, wherever among its causes it is: its status, and what stood in `WWW-Authenticate`. */
export function refusalOf(
  error: unknown,
): { readonly status: 401 | 403; readonly challenge: string | undefined } | undefined {
  for (const cause of causesOf(error)) {
    const { status, wwwAuthenticate } = cause as { status?: unknown; wwwAuthenticate?: unknown }
    if (status === 401 || status === 403) {
      return {
        status,
        challenge: typeof wwwAuthenticate === 'string' ? wwwAuthenticate : undefined,
      }
    }
  }
  return undefined
}
