import { connect } from '@lutra/client/connect'
import { useTools, wayIntoScenario } from './everything/auth-scenarios.ts'
import { extras, programs } from './everything/auth-scenarios-m2m.ts'
import { scenarios } from './everything/client-scenarios.ts'

const url = process.argv.at(-1) ?? ''
const scenario = process.env['MCP_CONFORMANCE_SCENARIO'] ?? 'tools_call'
const context = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}')
const isProtected = scenario.startsWith('auth/')
const walk = scenarios.get(scenario) ?? (isProtected ? useTools : undefined)
if (!walk) {
  console.error(`No walk for the scenario ${scenario}`)
  process.exit(1)
}

await using client = await connect(url, {
  info: { name: 'lutra-conformance', version: '0.1.0' },
  onWarning: (message) => console.error(message),
  ...(isProtected && {
    auth: programs.get(scenario)?.(context) ?? wayIntoScenario(context, extras.get(scenario)),
  }),
  answer: {
    // Nothing typed in: what the form has as defaults is what is sent.
    roots: [{ uri: 'file:///srv/project', name: 'project' }],
    sample: async () => ({
      role: 'assistant',
      content: { type: 'text', text: 'Paris' },
      model: 'none',
      stopReason: 'endTurn',
    }),
    elicit: async ({ form }) => ({ action: 'accept', content: confirmAll(form) }),
  },
})
await walk(client)

function confirmAll(form: unknown): Record<string, boolean> {
  const { properties = {} } = (form ?? {}) as { properties?: Record<string, { type?: unknown }> }
  const yes = Object.entries(properties).filter(([, { type }]) => type === 'boolean')
  return Object.fromEntries(
    yes.filter(([name]) => name === 'confirmed').map(([name]) => [name, true]),
  )
}
