import { connect } from '@lutra/client/connect'
import {
  Client as ClientV2,
  StreamableHTTPClientTransport as HttpV2,
} from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import type { Notes } from './server-lutra.ts'

/** What each client found, and what it was told when it deleted a note. */
export type Told = readonly [found: unknown, deleted: unknown]

export async function walkV1(url: string): Promise<Told> {
  // #region v1
  const client = new ClientV1(
    { name: 'desk', version: '1.0.0' },
    { capabilities: { elicitation: {} } },
  )
  client.setRequestHandler(ElicitRequestSchema, async () => ({
    action: 'accept',
    content: { sure: true },
  }))
  await client.connect(new HttpV1(new URL(url)) as Parameters<ClientV1['connect']>[0])

  const { structuredContent } = await client.callTool(
    { name: 'search', arguments: { words: 'milk' } },
    undefined,
    { onprogress: ({ progress }) => console.log('v1', progress) },
  )
  const removed = await client.callTool({ name: 'remove', arguments: { id: '1' } })
  await client.close()
  // #endregion
  return [structuredContent, removed.content]
}

export async function walkV2(url: string): Promise<Told> {
  // #region v2
  const client = new ClientV2(
    { name: 'desk', version: '1.0.0' },
    { capabilities: { elicitation: {} }, versionNegotiation: { mode: 'auto' } },
  )
  client.setRequestHandler('elicitation/create', async () => ({
    action: 'accept',
    content: { sure: true },
  }))
  await client.connect(new HttpV2(new URL(url)))

  const { structuredContent } = await client.callTool(
    { name: 'search', arguments: { words: 'milk' } },
    { onprogress: ({ progress }) => console.log('v2', progress) },
  )
  const removed = await client.callTool({ name: 'remove', arguments: { id: '1' } })
  await client.close()
  // #endregion
  return [structuredContent, removed.content]
}

export async function walkLutra(url: string): Promise<Told> {
  // #region lutra
  await using client = await connect<Notes>(url, {
    info: { name: 'desk', version: '1.0.0' },
    answer: { elicit: () => ({ action: 'accept', content: { sure: true } }) },
  })

  const { data } = await client.tools.search(
    { words: 'milk' },
    { onProgress: ({ progress }) => console.log('lutra', progress) },
  )
  const removed = await client.tools.remove({ id: '1' })
  // #endregion
  return [data, removed.content]
}
