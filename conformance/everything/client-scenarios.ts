import type { Client } from '@lutra/client'

type Walk = (client: Client) => Promise<void>

const sums = { a: 2, b: 3 }

/** What the client does in each scenario of the official suite: what an ordinary user of it would. */
export const scenarios: ReadonlyMap<string, Walk> = new Map<string, Walk>([
  ['initialize', list],
  ['tools_call', callFirst],
  ['request-metadata', list],
  ['json-schema-ref-no-deref', list],
  ['http-standard-headers', visitAll],
  ['http-custom-headers', callAsTold],
  ['http-invalid-tool-headers', callFirst],
  ['json-schema-2020-12-preservation', echoSchema],
  ['sep-2322-client-request-state', answerQuestions],
  ['elicitation-sep1034-client-defaults', callNamed('test_client_elicitation_defaults')],
  ['sse-retry', callNamed('test_reconnection')],
])

async function list(client: Client): Promise<void> {
  await client.listTools()
}

async function callFirst(client: Client): Promise<void> {
  for (const tool of await client.listTools()) await client.callTool(tool.name, sums)
}

function callNamed(name: string): Walk {
  return async (client) => {
    await client.listTools()
    await client.callTool(name)
  }
}

async function visitAll(client: Client): Promise<void> {
  await callFirst(client)
  for (const { uri } of await client.listResources()) await client.readResource(uri)
  for (const { name } of await client.listPrompts()) await client.getPrompt(name)
}

// The suite hands over the calls that it wants to see, with values that are hard to put into headers.
async function callAsTold(client: Client): Promise<void> {
  const told = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}') as {
    toolCalls?: { name: string; arguments: Record<string, unknown> }[]
  }
  await client.listTools()
  for (const call of told.toolCalls ?? []) await client.callTool(call.name, call.arguments)
}

async function echoSchema(client: Client): Promise<void> {
  const tools = await client.listTools()
  const focal = tools.find(({ name }) => name === 'json_schema_2020_12_tool')
  await client.callTool('json_schema_echo', { schema: focal?.inputSchema })
}

// Side by side, so that the state of one call could leak into another.
async function answerQuestions(client: Client): Promise<void> {
  await client.listTools()
  const names = ['echo_state', 'unrelated', 'no_state', 'no_result_type']
  await Promise.all(names.map((name) => client.callTool(`test_mrtr_${name}`)))
}
