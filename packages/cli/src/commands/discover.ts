import type { ServerCapabilities } from '@lutra/core'
import type { Command, CommandContext } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { commonFlags, targetFlags } from '../target/flags.ts'
import { noMore } from '../target/no-more.ts'
import { withTarget } from '../target/open.ts'
import { safeLine } from '../terminal/safe-text.ts'
import type { Words } from '../words.ts'

/** Shows what a server is and can do. */
export const discover: Command = {
  usage: ['TARGET', '-- PROGRAM [ARGS]'],
  about:
    'Connects to a server and shows what it says of itself: who it is, which revisions it speaks, and what it can do.',
  flags: { ...targetFlags, ...commonFlags },
  examples: [
    ['lutra discover https://shop.example/mcp', 'a server over HTTP'],
    [
      'lutra discover --json -- npx -y @modelcontextprotocol/server-everything',
      'a program, as JSON',
    ],
  ],
  run,
}

function run(words: Words, context: CommandContext): Promise<ExitCode> {
  const { output } = context
  return withTarget(words, context, async ({ client, rest }) => {
    noMore(rest)
    const { server, connection } = client
    const { era, protocolVersion } = connection
    if (output.json) {
      output.printJson({ era, protocolVersion, ...server })
      return ExitCode.ok
    }
    const { serverInfo, capabilities, supportedVersions, instructions } = server
    const { name = 'no name', version = '', title, description, websiteUrl } = serverInfo ?? {}
    const others = supportedVersions.filter((one) => one !== protocolVersion)
    const rows = [
      ['Server', [title, title ? `(${name})` : name, version].filter(Boolean).join(' ')],
      ['About', description],
      ['Website', websiteUrl],
      ['Speaks', [`${protocolVersion} (${era})`, ...others].join(', ')],
      ['Offers', capabilityNames(capabilities).join(', ') || 'nothing'],
    ] as const
    for (const [label, value] of rows) {
      if (value) output.print(safeLine(value), `${label}:`.padEnd(9))
    }
    if (instructions) output.print(`\n${instructions}`, '\nInstructions')
    return ExitCode.ok
  })
}

/** What a server can do, each with what it adds: `tools (listChanged)`. */
function capabilityNames(capabilities: ServerCapabilities): string[] {
  return Object.entries(capabilities).flatMap(([name, settings]) => {
    if (name === 'extensions' || name === 'experimental') {
      return Object.keys((settings ?? {}) as object)
    }
    const on = Object.entries((settings ?? {}) as object).filter(([, value]) => value === true)
    return on.length > 0 ? `${name} (${on.map(([key]) => key).join(', ')})` : name
  })
}
