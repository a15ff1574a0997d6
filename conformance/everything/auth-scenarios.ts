import type { Client } from '@lutra/client'
import { type AuthOptions, codeGrant, oauth, type WayIn } from '@lutra/client/auth'

/** How the client gets in, in the scenarios of the official suite that are about a person who signs in. */
export function wayIntoScenario(
  context: Readonly<Record<string, unknown>>,
  options?: AuthOptions,
): WayIn {
  const { client_id: id, client_secret: secret } = context
  return oauth(
    codeGrant({
      name: 'lutra-conformance',
      metadataUrl: 'https://conformance-test.local/client-metadata.json',
      ...(typeof id === 'string' && {
        client: typeof secret === 'string' ? { id, secret } : { id },
      }),
      open: () => ({ redirectUri: 'http://127.0.0.1:8080/callback', show }),
    }),
    options,
  )
}

/** Stands for a person and a browser: the suite lets everybody in at once. */
async function show(url: URL, signal: AbortSignal): Promise<URL> {
  const response = await fetch(url, { redirect: 'manual', signal })
  const location = response.headers.get('location')
  if (location === null) throw new Error(`HTTP ${response.status} in place of a redirect`)
  return new URL(location, url)
}

/** What the client does once it is in. */
export async function useTools(client: Client): Promise<void> {
  for (const { name } of await client.listTools()) await client.callTool(name)
}
