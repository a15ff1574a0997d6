import type { Change, ListenFilter } from '@lutra/client'
import type { ServerCapabilities } from '@lutra/core'
import type { Command, CommandContext } from '../command.ts'
import { UsageError } from '../errors.ts'
import { ExitCode } from '../exit-code.ts'
import { commonFlags, targetFlags } from '../target/flags.ts'
import { withTarget } from '../target/open.ts'
import { safeLine } from '../terminal/safe-text.ts'
import type { Words } from '../words.ts'

/** Shows changes as they happen. */
export const listen: Command = {
  usage: ['TARGET [tools] [resources] [prompts] [URI …]', '[FILTERS] -- PROGRAM [ARGS]'],
  about: `Shows changes as they happen, until Ctrl-C or until the server ends the subscription: of the lists that are named, and of
the resources whose URIs are given. Without a filter, all lists whose changes the server tells of.`,
  flags: {
    count: { type: 'string', short: 'n', value: 'N', help: 'End after so many changes' },
    ...targetFlags,
    ...commonFlags,
  },
  examples: [
    ['lutra listen http://127.0.0.1:3000/mcp', 'all lists'],
    [
      'lutra listen http://127.0.0.1:3000/mcp board://departures --json',
      'a resource, a line of JSON a change',
    ],
  ],
  run,
}

function run(words: Words, context: CommandContext): Promise<ExitCode> {
  const { output, signal } = context
  const count = readCount(words.text('count'))
  return withTarget(words, context, async ({ client, rest }) => {
    const filter = rest.length > 0 ? readFilter(rest) : allOf(client.server.capabilities)
    await using changes = client.listen(filter, { signal })
    const agreed = await changes.acknowledged
    output.note(`Listening to ${namesOf(agreed) || 'nothing: the server tells of no such changes'}`)
    let seen = 0
    for await (const change of changes) {
      if (output.json) output.printJson(change, 'lines')
      else output.print(`${new Date().toISOString().slice(11, 19)} ${describe(change)}`)
      seen += 1
      if (seen === count) return ExitCode.ok
    }
    signal.throwIfAborted()
    output.note('The server has ended the subscription')
    return ExitCode.ok
  })
}

const lists: ReadonlyMap<
  string,
  'toolsListChanged' | 'resourcesListChanged' | 'promptsListChanged'
> = new Map([
  ['tools', 'toolsListChanged'],
  ['resources', 'resourcesListChanged'],
  ['prompts', 'promptsListChanged'],
] as const)

function readFilter(names: readonly string[]): ListenFilter {
  const switches = names.flatMap((name) => {
    const key = lists.get(name)
    return key ? [[key, true] as const] : []
  })
  const uris = names.filter((name) => !lists.has(name))
  const wrong = uris.find((uri) => !/^[a-z][\w+.-]*:/i.test(uri))
  if (wrong !== undefined) {
    throw new UsageError(
      `${JSON.stringify(wrong)} is no URI, and none of ${[...lists.keys()].join(', ')}`,
    )
  }
  return {
    ...Object.fromEntries(switches),
    ...(uris.length > 0 && { resourceSubscriptions: uris }),
  }
}

function allOf({ tools, resources, prompts }: ServerCapabilities): ListenFilter {
  return {
    ...(tools?.listChanged && { toolsListChanged: true }),
    ...(resources?.listChanged && { resourcesListChanged: true }),
    ...(prompts?.listChanged && { promptsListChanged: true }),
  }
}

function namesOf(filter: ListenFilter): string {
  const named = [...lists].filter(([, key]) => filter[key] === true).map(([name]) => name)
  const { resourceSubscriptions: uris } = filter
  return [...named, ...(Array.isArray(uris) ? uris.map((uri) => safeLine(String(uri))) : [])].join(
    ', ',
  )
}

function describe(change: Change): string {
  switch (change.type) {
    case 'resource':
      return `resource ${safeLine(change.uri)}`
    case 'gap':
      return 'gap: the stream was lost for a while, anything may have changed'
    case 'other':
      return safeLine(change.notification.method)
    default:
      return `${change.type} list`
  }
}

function readCount(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new UsageError(`--count takes a whole number from 1, not ${text}`)
}
