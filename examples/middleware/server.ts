import { type Middleware, principalOf, RpcError } from '@lutra/core'
import { createServer, kit, ToolError, tool } from '@lutra/server'
import { z } from 'zod'

// #region kit
interface User {
  readonly name: string
  readonly isAdmin: boolean
}

const database = new Map<string, User>([
  ['key-ada', { name: 'Ada', isAdmin: true }],
  ['key-ben', { name: 'Ben', isAdmin: false }],
])

/** Adds `ctx.vars.user` for what is defined with it. */
const signedIn = kit({ database }).use(async ({ ctx, next }) => {
  const user = ctx.vars.database.get(ctx.header?.('x-api-key') ?? '')
  if (!user) throw new ToolError('Sign in first: send your key in the header X-Api-Key')
  return next({ user })
})

/** Builds on it: `ctx.vars.user` is there, and typed. */
const admin = signedIn.use(async ({ ctx, next, feature }) => {
  if (!ctx.vars.user.isAdmin) throw new ToolError(`${feature.name} is for admins`)
  return next()
})

const whoami = signedIn.tool({
  name: 'whoami',
  description: 'Who is signed in',
  run: (_, ctx) => ctx.vars.user.name,
})

const remove = admin.tool({
  name: 'remove_user',
  description: 'Removes a user',
  input: z.object({ name: z.string() }),
  run: ({ name }, ctx) => `${ctx.vars.user.name} has removed ${name}`,
})
// #endregion

const hello = tool({ name: 'hello', description: 'Greets anyone', run: () => 'Hello' })

// #region middleware
/** Around every call of the server, whatever its method. */
function rateLimit(perMinute: number): Middleware {
  const calls = new Map<string, number>()
  setInterval(() => calls.clear(), 60_000).unref()
  return (next) => (call) => {
    const caller = principalOf(call.auth) || (call.header?.('x-api-key') ?? 'anyone')
    const count = (calls.get(caller) ?? 0) + 1
    calls.set(caller, count)
    if (count <= perMinute) return next(call)
    throw new RpcError('Too many calls: wait a minute', { code: -32000 })
  }
}

function logTimes(write: (line: string) => void): Middleware {
  return (next) => async (call) => {
    const start = performance.now()
    try {
      return await next(call)
    } finally {
      write(`${call.method} ${Math.round(performance.now() - start)} ms`)
    }
  }
}
// #endregion

export const lines: string[] = []

// #region server
export const server = createServer({
  name: 'office',
  version: '1.0.0',
  tools: [hello, whoami, remove],
  middleware: [logTimes((line) => lines.push(line)), rateLimit(8)], // the first is outermost
})
// #endregion
export type Office = typeof server
