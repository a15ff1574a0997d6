/** The official requester of tasks, in front of the official client, with the requests of its own that the package asks for. */
import assert from 'node:assert/strict'
import { pathToFileURL } from 'node:url'
import { metaKeys, requestHeaders } from '@lutra/core'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import {
  createApplicationInputHandler,
  createTaskSessionFromClient,
  type RawClientDispatch,
  type SerializedTaskReference,
} from '@modelcontextprotocol/ext-tasks/client'

const protocolVersion = '2026-07-28'
const clientInfo = { name: 'official', version: '2' }
const capabilities = { elicitation: { form: {} } }

/** Opens a session with a server that has several addresses, whose requests go round them. Questions of copies are answered: three. */
export async function openRequester(urls: readonly string[]) {
  const client = new Client(clientInfo, {
    capabilities: { ...capabilities, extensions: { 'io.modelcontextprotocol/tasks': {} } },
    versionNegotiation: { mode: 'auto' },
  })
  await client.connect(new StreamableHTTPClientTransport(new URL(urls[0] ?? '')))
  const session = createTaskSessionFromClient(client, {
    endpointId: 'jobs',
    rawDispatch: dispatchTo(urls),
    v2RequestFraming: { protocolVersion, clientInfo, clientCapabilities: capabilities },
    onInputRequest: createApplicationInputHandler({
      elicitation: async () => ({ action: 'accept', content: { copies: 3 } }),
      sampling: () => Promise.reject(new Error('Not asked for')),
      roots: async () => ({ roots: [] }),
    }),
  })
  return {
    session,
    async close() {
      await session.close()
      await client.close()
    },
  }
}

function dispatchTo(urls: readonly string[]): RawClientDispatch {
  let count = 0
  return async (request, { signal } = {}) => {
    const { method, params } = request as { method: string; params: Record<string, unknown> }
    assert.ok(metaKeys.clientCapabilities in (params['_meta'] as object))
    const response = await fetch(urls[count++ % urls.length] ?? '', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...requestHeaders(method, params, { protocolVersion }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: crypto.randomUUID(), method, params }),
      ...(signal && { signal }),
    })
    const text = await response.text()
    const events = [...text.matchAll(/^data: ?(.+)$/gm)].map(([, data]) => data ?? '')
    const { result, error } = JSON.parse(events.at(-1) ?? text)
    return error ? { kind: 'error', error } : { kind: 'result', result }
  }
}

// As a process of its own, it takes up the task of a reference, and prints what that has come to: requester.ts REFERENCE URL…
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [reference = '', ...urls] = process.argv.slice(2)
  const requester = await openRequester(urls)
  const execution = await requester.session.resumeTask(
    JSON.parse(reference) as SerializedTaskReference,
  )
  const { outcome } = await execution.settle()
  process.stdout.write(JSON.stringify(outcome))
  await requester.close()
}
