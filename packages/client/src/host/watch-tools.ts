import type { ToolDescription } from '@lutra/core'
import type { Client } from '../words/client.ts'

export interface WatchOptions {
  /** Takes the tools of a server, at first and after each change. */
  onTools(tools: readonly ToolDescription[]): void
  /** Told why they could not be listed. */
  onError(error: Error): void
  onWarning(message: string): void
}

/** Lists the tools of a server, and again whenever it says that they have changed. Resolves after the first time. */
export async function watchTools(client: Client, options: WatchOptions): Promise<void> {
  const { onTools, onError, onWarning } = options
  const { tools } = client.server.capabilities
  if (!tools) return onTools([])
  let listing = Promise.resolve()

  // One after the other: an older list must not come in after a newer one.
  function list(): Promise<void> {
    listing = listing.then(async () => {
      try {
        onTools(await client.listTools({ cache: 'refresh' }))
      } catch (error) {
        onError(error instanceof Error ? error : new Error(String(error)))
      }
    })
    return listing
  }

  async function follow(): Promise<void> {
    for await (const _ of client.listen({ toolsListChanged: true })) await list()
  }

  if (tools.listChanged) {
    follow().catch((error: unknown) =>
      onWarning(`Changes of tools are no longer heard of: ${String(error)}`),
    )
  }
  await list()
}
