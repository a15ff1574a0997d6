/** The requests that are sent over HTTP, and what their replies must have in them. */

export interface Asked {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly expect: string
}

const common = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
}
const modern = { ...common, 'mcp-protocol-version': '2026-07-28' }

/** The envelope of a modern request. */
export const envelope = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
}

/** The params of the tool call that is measured. */
export const echoParams = { name: 'echo', arguments: { text: 'hello' } }

export const call: Asked = {
  headers: { ...modern, 'mcp-method': 'tools/call', 'mcp-name': 'echo' },
  body: encode('tools/call', { ...echoParams, _meta: envelope }),
  expect: '"text":"hello"',
}

export const list: Asked = {
  headers: { ...modern, 'mcp-method': 'tools/list' },
  body: encode('tools/list', { _meta: envelope }),
  expect: '"search_issues_0"',
}

/** A call of a client of 2025-11-25 that has opened no session. */
export const legacyCall: Asked = {
  headers: { ...common, 'mcp-protocol-version': '2025-11-25' },
  body: encode('tools/call', echoParams),
  expect: '"text":"hello"',
}

/** A subscription to changes of the list of tools. */
export function listenTo(id: number): Asked {
  const method = 'subscriptions/listen'
  const params = { notifications: { toolsListChanged: true }, _meta: envelope }
  return {
    headers: { ...modern, 'mcp-method': method },
    body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
    expect: 'acknowledged',
  }
}

const taskMeta = {
  ...envelope,
  'io.modelcontextprotocol/clientCapabilities': {
    extensions: { 'io.modelcontextprotocol/tasks': {} },
  },
}

/** A call that goes on as a task. */
export const makeTask: Asked = {
  headers: { ...modern, 'mcp-method': 'tools/call', 'mcp-name': 'later' },
  body: encode('tools/call', { ...echoParams, name: 'later', _meta: taskMeta }),
  expect: '"taskId"',
}

/** Asks about a task that has ended. */
export function readTask(taskId: string): Asked {
  return {
    headers: { ...modern, 'mcp-method': 'tasks/get', 'mcp-name': taskId },
    body: encode('tasks/get', { taskId, _meta: taskMeta }),
    expect: '"status":"completed"',
  }
}

function encode(method: string, params: object): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
}
