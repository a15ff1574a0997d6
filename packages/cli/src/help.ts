import type { Command, Flags } from './command.ts'
import { commands } from './commands.ts'
import type { Style } from './terminal/style.ts'

/** The help of the whole. */
export function printOverview(style: Style): string {
  const names = [...commands].map(([name, { summary }]) => [name, summary] as const)
  return [
    'Serve and call servers of the Model Context Protocol, in every revision, over HTTP and stdio.',
    '',
    style.bold('Usage'),
    '  lutra COMMAND TARGET [WORDS] [OPTIONS]',
    '  lutra COMMAND [WORDS] [OPTIONS] -- PROGRAM [ARGS]',
    '',
    style.bold('Commands'),
    ...columns(names),
    '',
    style.bold('Targets'),
    ...columns([
      ['http://…, https://…', 'a server over HTTP'],
      ['FILE', 'a file that exports a server: it runs in this process'],
      ['-- PROGRAM [ARGS]', 'a server over stdio: everything behind -- starts it'],
      ['--config FILE --server NAME', 'a server of a configuration file'],
    ]),
    '',
    style.bold('Examples'),
    ...columns([
      ['lutra serve server.ts', 'serve a file at http://127.0.0.1:3000/mcp'],
      ['lutra list http://127.0.0.1:3000/mcp', 'everything that a server offers'],
      ['lutra call server.ts forecast city=Bern', 'call a tool of a file'],
      ['lutra login https://shop.example/mcp', 'sign in, for all that follows'],
      ['lutra list tools -- npx -y @modelcontextprotocol/server-everything', ''],
    ]),
    '',
    'lutra COMMAND --help tells more; lutra --version prints the version.',
    '',
    style.bold('Exit codes'),
    ...columns(exitCodes),
  ].join('\n')
}

/** The help of one command. */
export function printHelp(name: string, command: Command, style: Style): string {
  return [
    command.about,
    '',
    style.bold('Usage'),
    ...command.usage.map((line) => `  lutra ${name} ${line}`.trimEnd()),
    '',
    style.bold('Examples'),
    ...command.examples.flatMap(([line, what]) => [`  ${style.dim(`# ${what}`)}`, `  ${line}`]),
    '',
    style.bold('Options'),
    ...columns(flagRows(command.flags)),
  ].join('\n')
}

function flagRows(flags: Flags): (readonly [string, string])[] {
  return Object.entries(flags).map(([name, { short, value, help, multiple }]) => {
    const left = `${short ? `-${short}, ` : '    '}--${name}${value ? ` ${value}` : ''}`
    return [left, multiple ? `${help} (may be repeated)` : help]
  })
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.filter(([, what]) => what).map(([left]) => left.length))
  return rows.map(([left, what]) => `  ${left.padEnd(width)}  ${what}`.trimEnd())
}

const exitCodes = [
  ['0', 'done'],
  ['1', 'the tool said that it failed'],
  ['2', 'the command line is wrong; nothing was sent'],
  ['3', 'the server could not be reached, started or loaded'],
  ['4', 'the server refused the call, broke the protocol or went away'],
  ['5', 'the server wants to know who asks: lutra login URL'],
  ['6', 'the server asked something that nobody was there to answer'],
  ['7', 'it took too long'],
  ['130', 'Ctrl-C'],
] as const
