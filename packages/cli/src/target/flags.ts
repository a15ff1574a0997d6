import type { Flags } from '../command.ts'

/** The options of every command. */
export const commonFlags = {
  json: { type: 'boolean', help: 'Print JSON: data on stdout, everything else as lines on stderr' },
  verbose: {
    type: 'boolean',
    short: 'v',
    help: 'Tell the causes of errors, and what a server process writes to stderr',
  },
  help: { type: 'boolean', short: 'h', help: 'Show this help' },
} as const satisfies Flags

/** The options of every command that connects to a server. */
export const targetFlags = {
  config: {
    type: 'string',
    value: 'FILE',
    help: 'Take the target from a configuration file with mcpServers or servers',
  },
  server: { type: 'string', value: 'NAME', help: 'Which server of the configuration file' },
  header: {
    type: 'string',
    short: 'H',
    multiple: true,
    value: "'NAME: VALUE'",
    help: 'Send an HTTP header with every request',
  },
  token: {
    type: 'string',
    value: 'TOKEN|@FILE|-',
    help: 'Send a bearer token with every request; - reads it from stdin (LUTRA_TOKEN)',
  },
  'client-id': {
    type: 'string',
    value: 'ID',
    help: 'Sign in as this client: its id, or the URL of its metadata (LUTRA_CLIENT_ID)',
  },
  machine: {
    type: 'boolean',
    help: 'Get in as a program: by --client-id and LUTRA_CLIENT_SECRET',
  },
  env: {
    type: 'string',
    short: 'e',
    multiple: true,
    value: 'NAME[=VALUE]',
    help: 'Give a server process a variable, or hand one of yours down',
  },
  cwd: { type: 'string', value: 'FOLDER', help: 'Run a server process in a folder' },
  era: {
    type: 'string',
    value: 'auto|modern|legacy',
    help: 'Which revisions to speak; auto finds out',
  },
  timeout: {
    type: 'string',
    short: 't',
    value: 'SECONDS',
    help: 'How long to wait without news; 500ms, 30s and 2m are understood too (60)',
  },
} as const satisfies Flags

/** The options of the commands whose calls may ask something. */
export const answerFlags = {
  answer: {
    type: 'string',
    short: 'a',
    multiple: true,
    value: 'FIELD=VALUE',
    help: 'Answer a field of a form, should the server ask',
  },
  yes: { type: 'boolean', short: 'y', help: 'Send forms that are complete without asking' },
  log: { type: 'string', value: 'LEVEL', help: 'Show what the server logs about the call' },
} as const satisfies Flags
