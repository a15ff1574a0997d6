import assert from 'node:assert/strict'
import type { Inspected } from './inspector.ts'

type Run = (method: string, ...args: string[]) => Promise<Inspected>
type Walk = (run: Run, era: 'modern' | 'legacy') => Promise<void>

/** The result that a command printed; fails where it printed none. */
async function resultOf<T>(running: Promise<Inspected>, code = 0): Promise<T> {
  const done = await running
  assert.equal(done.code, code, done.stderr)
  return (done.json as { result: T }).result
}

interface ToolResult {
  content: { type: string; text?: string }[]
  structuredContent?: unknown
  isError?: boolean
}

const call = (run: Run, name: string, ...args: string[]) =>
  run('tools/call', '--tool-name', name, ...args)

/** What `mcp-inspector --cli` must be able to do over every wire. */
export const cliWalks: Record<string, Walk> = {
  async 'tools/list, whose schemas it finds portable'(run) {
    const { tools } = await resultOf<{ tools: { name: string }[] }>(run('tools/list', '--strict'))
    assert.equal(new Set(tools.map(({ name }) => name)).size, tools.length)
    assert.ok(tools.length > 20)
  },

  async 'tools/call'(run) {
    const added = await resultOf<ToolResult>(call(run, 'sum', '--tool-arg', 'a=1', 'b=2'))
    assert.deepEqual(added.structuredContent, { total: 3 })
  },

  async 'resources/list and resources/read'(run) {
    const uri = ['--uri', 'test://template/9/data']
    const [listed, read] = await Promise.all([
      resultOf<{ resources: { uri: string }[] }>(run('resources/list')),
      resultOf<{ contents: { text: string }[] }>(run('resources/read', ...uri)),
    ])
    assert.equal(listed.resources[0]?.uri, 'test://static-text')
    assert.equal(JSON.parse(read.contents[0]?.text ?? '').id, '9')
  },

  async 'prompts/list and prompts/get'(run) {
    const args = ['--prompt-name', 'test_prompt_with_arguments', '--prompt-args', 'arg1=a']
    const [prompts, prompt] = await Promise.all([
      resultOf<{ prompts: unknown[] }>(run('prompts/list')),
      resultOf<{ messages: unknown[] }>(run('prompts/get', ...args, 'arg2=b')),
    ])
    assert.equal(prompts.prompts.length, 5)
    assert.match(JSON.stringify(prompt.messages), /arg1='a', arg2='b'/)
  },
}

/** What else it has words for. */
export const moreCliWalks: Record<string, Walk> = {
  async 'what fails, each in its way'(run) {
    const [failed, missing] = await Promise.all([
      resultOf<ToolResult>(call(run, 'sum', '--tool-arg', 'a=-1', 'b=2'), 5),
      run('resources/read', '--uri', 'test://none'),
    ])
    assert.deepEqual([failed.isError, failed.content[0]?.text], [true, 'Too small'])
    assert.equal(missing.code, 1)
    assert.match(missing.stderr, /Resource not found: test:\/\/none/)
  },

  async 'resources/templates/list'(run) {
    const listed = resultOf<{ resourceTemplates: unknown[] }>(run('resources/templates/list'))
    assert.equal((await listed).resourceTemplates.length, 2)
  },

  async initialize(run, era) {
    const said = await resultOf<Record<string, unknown>>(run('initialize'))
    assert.deepEqual(said['serverInfo'], { name: 'lutra-peers', version: '0.1.0' })
    assert.equal(said['protocolVersion'], era === 'modern' ? '2026-07-28' : '2025-11-25')
    assert.equal(said['instructions'], 'One of everything, for peers.')
  },

  async 'tools/call with arguments that headers mirror'(run) {
    const args = JSON.stringify({ region: 'Zürich', priority: 7 })
    const echoed = await resultOf<ToolResult>(
      call(run, 'test_custom_header', '--tool-args-json', args),
    )
    assert.equal(echoed.content[0]?.text, args)
  },

  // It turns strings into the numbers that a schema asks for, which --tool-args-json says that it does not.
  async 'tools/call with arguments of the wrong type'(run) {
    const args = JSON.stringify({ a: 'x', b: 2 })
    const failed = await resultOf<ToolResult>(call(run, 'sum', '--tool-args-json', args), 5)
    assert.match(failed.content[0]?.text ?? '', /\ba\b.*null/)
  },

  // It declares no elicitation and no sampling, and answers roots with an empty list.
  async 'tools that ask are told that nobody answers'(run) {
    const asked = await resultOf<ToolResult>(call(run, 'test_input_required_result_elicitation'))
    assert.equal(asked.content[0]?.text, 'Hello, stranger!')
  },

  async 'tools/call under load'(run) {
    const load = ['--load', '--load-requests', '30', '--load-concurrency', '5']
    const counts = await resultOf<Record<string, unknown>>(
      call(run, 'sum', '--tool-args-json', '{"a":1,"b":2}', ...load),
    )
    assert.deepEqual([counts['ok'], counts['errors'], counts['toolErrors']], [30, 0, 0])
  },

  async 'logging/setLevel, where the revision has it'(run, era) {
    const done = await run('logging/setLevel', '--log-level', 'info')
    assert.equal(done.code, era === 'modern' ? 1 : 0, done.stderr)
  },
}
