import type { Client } from '@lutra/client'
import { ErrorCode } from '@lutra/core'
import type { Command, CommandContext } from '../command.ts'
import { UsageError } from '../errors.ts'
import { ExitCode } from '../exit-code.ts'
import { nearest } from '../nearest.ts'
import { type Item, type Kind, keyOf, kinds } from '../print/kinds.ts'
import { type Found, printFound, printTool } from '../print/lists.ts'
import { commonFlags, targetFlags } from '../target/flags.ts'
import { noMore } from '../target/no-more.ts'
import { withTarget } from '../target/open.ts'
import { safeLine } from '../terminal/safe-text.ts'
import type { Words } from '../words.ts'

/** Lists what a server offers. */
export const list: Command = {
  usage: ['TARGET [tools|resources|templates|prompts] [NAME]', '[KIND] [NAME] -- PROGRAM [ARGS]'],
  about: `Lists what a server offers: everything, or one kind of it. With a name, that one alone, and of a tool all about its
arguments. A terminal gets tables, a pipe lines with tabs between their parts.`,
  flags: { ...targetFlags, ...commonFlags },
  examples: [
    ['lutra list http://127.0.0.1:3000/mcp', 'everything'],
    ['lutra list server.ts tools forecast', 'one tool and its arguments'],
    ['lutra list tools -- npx -y @modelcontextprotocol/server-everything | cut -f1', 'names alone'],
    ['lutra list server.ts tools --json', 'with their schemas'],
  ],
  run,
}

function run(words: Words, context: CommandContext): Promise<ExitCode> {
  const { output, signal } = context
  return withTarget(words, context, async ({ client, rest }) => {
    const [word, name, ...more] = rest
    noMore(more)
    const one = word === undefined ? undefined : kindOf(word)
    const found = one
      ? [{ kind: one, items: await one.read(client, { signal }) }]
      : await readOffered(client, signal)
    if (one && name !== undefined) {
      const item = find(found[0]?.items ?? [], name, one)
      if (output.json) output.printJson({ [one.key]: [item] })
      else if ('inputSchema' in item) printTool(item, output)
      else printFound([{ kind: one, items: [item] }], output)
    } else if (output.json) {
      output.printJson(Object.fromEntries(found.map(({ kind, items }) => [kind.key, items])))
    } else printFound(found, output)
    return ExitCode.ok
  })
}

function kindOf(word: string): Kind {
  const kind = kinds.find((one) => one.word === word)
  if (kind) return kind
  const all = kinds.map((one) => one.word).join(', ')
  throw new UsageError(`Unknown kind ${JSON.stringify(word)}; there are ${all}`)
}

/** All that a server says it has; what it then does not know of is nothing. */
async function readOffered(client: Client, signal: AbortSignal): Promise<Found[]> {
  const { capabilities } = client.server
  const found: Found[] = []
  for (const kind of kinds.filter((one) => capabilities[one.capability])) {
    try {
      found.push({ kind, items: await kind.read(client, { signal }) })
    } catch (error) {
      if ((error as { code?: unknown }).code !== ErrorCode.methodNotFound) throw error
    }
  }
  return found
}

function find(items: readonly Item[], name: string, { word }: Kind): Item {
  const found = items.find((item) => keyOf(item) === name)
  if (found) return found
  const near = nearest(name, items.map(keyOf))
  const hint = near ? `; did you mean ${safeLine(near)}?` : ''
  throw new UsageError(
    `The server has no such ${word.replace(/s$/, '')}: ${JSON.stringify(name)}${hint}`,
  )
}
