import type { CallOptions, Client, ToolResult } from '@lutra/client'
import { ErrorCode, type ToolDescription } from '@lutra/core'
import { readAnswers } from '../ask/answers.ts'
import type { Command, CommandContext } from '../command.ts'
import { UsageError } from '../errors.ts'
import type { ExitCode } from '../exit-code.ts'
import { nearest } from '../nearest.ts'
import { answerFlags, commonFlags, targetFlags } from '../target/flags.ts'
import { withTarget } from '../target/open.ts'
import { callOptions } from '../target/options.ts'
import { answersLater } from '../tasks/answers-later.ts'
import { createFollowing } from '../tasks/follow.ts'
import { detach, toEnd } from '../tasks/to-end.ts'
import { safeLine } from '../terminal/safe-text.ts'
import { readArguments } from '../values/arguments.ts'
import { type Given, readGiven } from '../values/words.ts'
import type { Words } from '../words.ts'

/** Calls a tool. */
export const call: Command = {
  usage: ['TARGET TOOL [key=value …]', "TARGET TOOL --json '{…}'", 'TOOL [key=value …] -- PROGRAM'],
  about: `Calls a tool. What it gives goes to stdout, its progress to stderr.

Arguments are written key=value and become what the tool's schema wants: numbers, true and false, lists (as JSON, or the
key several times), objects (as JSON). key:=json is taken as it is, key=@file is the text of a file, key=@- that of stdin;
a text that begins with @ is written key=@@text. {"key": …}, @file.json and @- give several at once.

What the server asks in the middle is asked in the terminal. Without one, --answer answers.

A call that becomes a task is followed to its end. In a terminal, Ctrl-C offers to let it go on; lutra task comes back to it.`,
  flags: {
    detach: { type: 'boolean', help: 'Start a task, print its id, and leave it' },
    ...answerFlags,
    ...targetFlags,
    ...commonFlags,
  },
  examples: [
    ['lutra call server.ts forecast city=Bern days=2', 'a tool of a file'],
    [
      'lutra call http://127.0.0.1:3000/mcp forecast \'{"city": "Bern"}\' --json',
      'JSON in, JSON out',
    ],
    [
      'lutra call echo message=hello -- npx -y @modelcontextprotocol/server-everything',
      'over stdio',
    ],
    ['lutra call server.ts book harbour=Kiel --answer seats=2', 'with an answer to a question'],
  ],
  run,
}

async function run(words: Words, context: CommandContext): Promise<ExitCode> {
  const answer = words.on('detach') ? answersLater : readAnswers(words, context)
  const following = createFollowing(context)
  const options = following.options(callOptions(words, context))
  const reaching = { answer: following.hold(answer), extensions: [following.extension] }
  return withTarget(words, { ...context, ...reaching }, async (opened) => {
    const { client, rest, remote, target } = opened
    following.target = target
    const [name, ...more] = rest
    if (name === undefined) throw new UsageError('Which tool? lutra call TARGET TOOL [key=value …]')
    // What is wrong with the words alone is told before the server is asked.
    const given = more.map(readGiven)
    const tools = await client.listTools()
    const tool = tools.find((one) => one.name === name)
    if (!tool && !remote) throw noTool(name, tools)
    if (words.on('detach')) {
      const args = readArguments(given, tool ? argumentsOf(tool) : anything(name))
      return detach(opened, { name, args }, context)
    }
    return toEnd({ client, following, tool: name, options, context }, async () => {
      const result = tool
        ? await client.callTool(name, readArguments(given, argumentsOf(tool)), options)
        : await callHidden({ client, name, given, options, tools })
      return result.raw
    })
  })
}

function anything(tool: string) {
  return { tool, schema: { type: 'object' } } as const
}

interface Hidden {
  readonly client: Client
  readonly name: string
  readonly given: readonly Given[]
  readonly options: CallOptions
  readonly tools: readonly ToolDescription[]
}

/**
 * Servers may hide tools from those who may not call them: a call alone tells, and leads to what is missing. The tool can be seen then,
 * and what its arguments are.
 */
async function callHidden(hidden: Hidden): Promise<ToolResult> {
  const { client, name, given, options, tools } = hidden
  const guessed = readArguments(given, anything(name))
  let result: ToolResult | undefined
  let refusal: unknown
  try {
    result = await client.callTool(name, guessed, options)
    if (!result.isError) return result
  } catch (error) {
    if ((error as Error).name !== 'RpcError') throw error
    refusal = error
  }
  const shown = await client.listTools({ ...options, cache: 'refresh' })
  const tool = shown.find((one) => one.name === name)
  if (tool) return client.callTool(name, readArguments(given, argumentsOf(tool)), options)
  if (result) return result
  throw isUnknown(refusal) ? noTool(name, tools) : refusal
}

function argumentsOf({ name, inputSchema }: ToolDescription) {
  return { tool: name, schema: inputSchema }
}

function isUnknown(error: unknown): boolean {
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  const { status } = (cause ?? {}) as { status?: unknown }
  return code === ErrorCode.invalidParams && status !== 401 && status !== 403
}

function noTool(name: string, tools: readonly ToolDescription[]): UsageError {
  const names = tools.map((tool) => tool.name)
  const near = nearest(name, names)
  const all = safeLine(names.join(', '), 500) || 'none'
  return new UsageError(
    `The server has no tool ${JSON.stringify(name)}; ${near ? `did you mean ${safeLine(near)}?` : `it has ${all}`}`,
  )
}
