import type { Command } from './command.ts'

/** Every command, by its name: one line for the help, and where it is. A command is loaded when it is needed. */
export const commands: ReadonlyMap<
  string,
  { readonly summary: string; readonly load: () => Promise<Command> }
> = new Map([
  [
    'serve',
    {
      summary: 'Serve a file over HTTP or stdio',
      load: async () => (await import('./commands/serve.ts')).serve,
    },
  ],
  [
    'discover',
    {
      summary: 'Show what a server is and can do',
      load: async () => (await import('./commands/discover.ts')).discover,
    },
  ],
  [
    'list',
    {
      summary: 'List tools, resources, templates and prompts',
      load: async () => (await import('./commands/list.ts')).list,
    },
  ],
  ['call', { summary: 'Call a tool', load: async () => (await import('./commands/call.ts')).call }],
  [
    'task',
    {
      summary: 'Look at, watch, answer and cancel calls that became tasks',
      load: async () => (await import('./commands/task.ts')).task,
    },
  ],
  [
    'read',
    { summary: 'Read a resource', load: async () => (await import('./commands/read.ts')).read },
  ],
  [
    'prompt',
    { summary: 'Get a prompt', load: async () => (await import('./commands/prompt.ts')).prompt },
  ],
  [
    'complete',
    {
      summary: 'Complete an argument of a prompt or a template',
      load: async () => (await import('./commands/complete.ts')).complete,
    },
  ],
  [
    'login',
    {
      summary: 'Sign in to a server',
      load: async () => (await import('./commands/login.ts')).login,
    },
  ],
  [
    'logout',
    { summary: 'Sign out', load: async () => (await import('./commands/logout.ts')).logout },
  ],
  [
    'whoami',
    {
      summary: 'Show where you are signed in, and as whom',
      load: async () => (await import('./commands/whoami.ts')).whoami,
    },
  ],
  [
    'doctor',
    {
      summary: 'Find out why one does not get into a server',
      load: async () => (await import('./commands/doctor.ts')).doctor,
    },
  ],
  [
    'store',
    {
      summary: 'Check that an engine of yours keeps what servers rely on',
      load: async () => (await import('./commands/store.ts')).store,
    },
  ],
  [
    'listen',
    {
      summary: 'Show changes as they happen',
      load: async () => (await import('./commands/listen.ts')).listen,
    },
  ],
])
