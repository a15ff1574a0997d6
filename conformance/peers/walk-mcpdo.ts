import assert from 'node:assert/strict'
import type { Inspected, Inspector } from './inspector.ts'

interface Mcpdo {
  readonly run: (...args: string[]) => Promise<Inspected>
  readonly follow: Inspector['follow']
}

type Walk = (mcpdo: Mcpdo, era: 'modern' | 'legacy') => Promise<void>

async function resultOf<T>(running: Promise<Inspected>): Promise<T> {
  const done = await running
  assert.equal(done.code, 0, done.stderr)
  return done.json as T
}

interface ToolResult {
  content: { text?: string }[]
  structuredContent?: unknown
}

interface Pending {
  elicitationPending: { elicitationId: string; mode: string; message: string; url?: string }
}

const watched = 'test://watched-resource'

/** What `mcpdo`, the Inspector's command line with standing connections, must be able to do over every wire. */
export const mcpdoWalks: Record<string, Walk> = {
  async 'connections/show'({ run }, era) {
    const shown = await resultOf<Record<string, unknown>>(run('connections/show'))
    assert.equal(shown['protocolEra'], era)
    assert.deepEqual(shown['serverInfo'], { name: 'lutra-peers', version: '0.1.0' })
  },

  async 'a tool is called'({ run }) {
    const added = await resultOf<ToolResult>(run('tools/call', 'sum', 'a:=1', 'b:=2'))
    assert.deepEqual(added.structuredContent, { total: 3 })
  },

  async 'a form is answered, and the next one'({ run }) {
    const name = 'test_input_required_result_multi_round'
    const first = await resultOf<Pending>(run('tools/call', name))
    assert.match(first.elicitationPending.message, /What is your name/)
    const respond = ({ elicitationPending }: Pending, answer: string) =>
      run('elicitation/respond', elicitationPending.elicitationId, answer)
    const second = await resultOf<Pending>(respond(first, 'name:=Ada'))
    const done = await resultOf<ToolResult>(respond(second, 'color:=green'))
    assert.equal(done.content[0]?.text, 'Multi-round complete for Ada who likes green')
  },
}

/** What else it has words for. */
export const moreMcpdoWalks: Record<string, Walk> = {
  async 'a page is visited'({ run }) {
    const { elicitationPending: asked } = await resultOf<Pending>(run('tools/call', 'visit'))
    assert.deepEqual([asked.mode, asked.url], ['url', 'https://example.test/in'])
    const done = run('elicitation/respond', asked.elicitationId, '--done')
    assert.equal((await resultOf<ToolResult>(done)).content[0]?.text, 'visit: accept')
  },

  async 'roots are given'({ run }) {
    await resultOf(run('roots/set', '--roots-json', '[{"uri":"file:///one"}]'))
    const listed = run('tools/call', 'test_input_required_result_list_roots')
    assert.match((await resultOf<ToolResult>(listed)).content[0]?.text ?? '', /file:\/\/\/one/)
  },

  async 'arguments are completed'({ run }) {
    const ref = ['--complete-ref-type', 'ref/resource', '--complete-ref', 'city://{country}/{city}']
    const argument = ['--complete-arg-name', 'city', '--complete-arg-value', 'Be']
    const completed = await run('prompts/complete', ...ref, ...argument)
    assert.match(JSON.stringify(completed.json), /\["Bern"\]/, completed.stderr)
  },

  async 'a resource is watched'({ run, follow }) {
    const heard: unknown[] = []
    for await (const event of follow('resources/subscribe', watched)) {
      heard.push(event)
      if (heard.length === 1) await run('tools/call', 'touch')
      if (heard.length === 2) break
    }
    assert.deepEqual(heard[0], { type: 'subscribed', uri: watched })
    assert.match(JSON.stringify(heard[1]), /watched-resource/)
  },
}
