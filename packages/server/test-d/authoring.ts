/** What the types of the authoring API promise. Compiled, never run. */
import { inputRequired } from '@lutra/core'
import {
  type ContextOf,
  createServer,
  kit,
  prompt,
  resource,
  type Server,
  text,
  tool,
} from '@lutra/server'
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'

type Equals<A, B> =
  (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false
declare function holds<T extends true>(): T

// Schemas of three libraries, side by side.
export const forecast = tool({
  name: 'forecast',
  description: 'Forecast for a city',
  input: z.object({ city: z.string(), days: z.number().int().default(3) }),
  output: z.object({ tempC: z.number(), unit: z.string().default('C') }),
  hints: { readOnly: true },
  async run({ city, days }, ctx) {
    holds<Equals<typeof days, number>>()
    holds<Equals<typeof city, string>>()
    ctx.progress(1, 2)
    return { tempC: days + city.length }
  },
})
type IoOf<T extends { '~io'?: unknown }> = NonNullable<T['~io']>
holds<Equals<IoOf<typeof forecast>['input'], { city: string; days?: number | undefined }>>()
holds<Equals<IoOf<typeof forecast>['output'], { tempC: number; unit: string }>>()
holds<Equals<(typeof forecast)['name'], 'forecast'>>()

export const greet = tool({
  name: 'greet',
  description: 'Says hello',
  input: v.object({ who: v.string() }),
  run: ({ who }) => `hi ${who}`,
})
holds<Equals<IoOf<typeof greet>['output'], string>>()

export const sum = tool({
  name: 'sum',
  description: 'Adds',
  input: type({ a: 'number', b: 'number' }),
  run: ({ a, b }) => ({ total: a + b }),
})
holds<Equals<IoOf<typeof sum>['output'], { total: number }>>()

export const now = tool({ name: 'now', description: 'The time', run: () => Date.now() })
holds<Equals<IoOf<typeof now>['output'], number>>()

export const raw = tool({
  name: 'raw',
  description: 'Takes a JSON Schema as it is',
  input: { type: 'object', properties: { a: { type: 'string' } } },
  run: (args) => {
    holds<Equals<typeof args, Readonly<Record<string, unknown>>>>()
    return text(String(args['a']))
  },
})

tool({
  name: 'bad',
  description: 'Returns something else than it says',
  output: z.object({ tempC: z.number() }),
  // @ts-expect-error tempF is not tempC
  run: () => ({ tempF: 1 }),
})

tool({
  name: 'bad',
  description: 'Reads what is not there',
  input: z.object({ a: z.string() }),
  // @ts-expect-error there is no b
  run: ({ b }) => String(b),
})

// Typed middleware adds vars.
declare const db: { q(sql: string): Promise<string[]> }
const app = kit({ db })
const authed = app.use(async ({ ctx, next }) => {
  holds<Equals<typeof ctx.vars, { db: typeof db }>>()
  return next({ user: { id: 'u1', plan: 'pro' as const } })
})
holds<Equals<ContextOf<typeof authed>['vars']['user']['plan'], 'pro'>>()

export const mine = authed.tool({
  name: 'mine',
  description: 'My orders',
  scopes: ['orders:read'],
  async run(_args, ctx) {
    holds<Equals<typeof ctx.vars.user.plan, 'pro'>>()
    return ctx.vars.db.q(ctx.vars.user.id)
  },
})
holds<Equals<IoOf<typeof mine>['output'], string[]>>()

// Scopes of a kit leave its vars as they are; a handler learns who calls, and never the token.
export const purge = authed.scopes('admin').tool({
  name: 'purge',
  description: 'Purges',
  run(_args, ctx) {
    holds<Equals<typeof ctx.vars.user.plan, 'pro'>>()
    ctx.requireScopes('audit', 'logs')
    // @ts-expect-error scopes are words
    ctx.requireScopes(['audit'])
    // @ts-expect-error the token stays at the door
    ctx.auth?.token
    return ctx.auth?.scopes ?? []
  },
})

// @ts-expect-error a middleware goes on or throws
kit().use(async () => ({ user: 1 }))
// @ts-expect-error vars that are promised must be given
kit<{ db: typeof db }>()
// @ts-expect-error nobody added a user
kit().tool({ name: 'x', description: 'x', run: (_args, ctx) => ctx.vars.user })

export const del = authed.tool({
  name: 'delete_files',
  description: 'Deletes files',
  input: z.object({ paths: z.array(z.string()) }),
  hints: { destructive: true },
  async run({ paths }, ctx) {
    const answer = await ctx.ask(
      'confirm',
      `Delete ${paths.length}?`,
      z.object({ sure: z.boolean() }),
    )
    if (answer.action !== 'accept' || !answer.content.sure) return { deleted: 0 }
    return { deleted: await ctx.step('rm', () => paths.length) }
  },
})
holds<Equals<IoOf<typeof del>['output'], { deleted: number }>>()

export const plain = tool({
  name: 'plain',
  description: 'Asks by hand',
  run: (_args, ctx) =>
    ctx.meta.clientCapabilities.elicitation
      ? inputRequired({ requestState: 'x' })
      : { asked: false as boolean },
})
holds<Equals<IoOf<typeof plain>['output'], { asked: boolean }>>()

// Parameters from the template.
export const user = resource({ uri: 'user://{org}/{id}', read: ({ org, id }) => ({ org, id }) })
holds<Equals<IoOf<typeof user>['params'], { readonly org: string; readonly id: string }>>()
resource({
  uri: 'docs://{+path}{?page,size}',
  read: ({ path, page }) => {
    holds<Equals<typeof path, string>>()
    holds<Equals<typeof page, string | undefined>>()
    return path
  },
})
resource({
  uri: 'a://{/rest*}/{short:3}',
  read: ({ rest, short }) => [...rest, short],
})
resource({
  uri: 'user://{id}',
  // @ts-expect-error there is no org
  read: ({ org }) => String(org),
})
resource({
  uri: 'user://{id}',
  read: ({ id }) => id,
  // @ts-expect-error only parameters are completed
  complete: { org: ['x'] },
})

export const review = prompt({
  name: 'review',
  description: 'Reviews code',
  input: z.object({ code: z.string(), tone: z.enum(['kind', 'blunt']).default('kind') }),
  render: ({ code, tone }) => `Review ${code}, be ${tone}`,
  complete: { code: (value) => [value] },
})
prompt({
  name: 'review',
  input: z.object({ code: z.string() }),
  render: ({ code }) => code,
  // @ts-expect-error only arguments are completed
  complete: { cod: ['x'] },
})

// A server remembers its tools by name, from a list or a record, and its mounts.
export const weather = createServer({ name: 'weather', version: '1', tools: [forecast, greet] })
export const server = createServer({
  name: 'all',
  version: '1',
  tools: { sum, now, mine, del },
  prompts: [review],
  resources: [user],
  mount: { wx: weather },
})
type Types<S extends Server> = NonNullable<S['~types']>
type Tools<S> = S extends Server<infer T> ? T : never
holds<Equals<keyof Tools<typeof weather>, 'forecast' | 'greet'>>()
holds<Equals<keyof Tools<typeof server>, 'sum' | 'now' | 'mine' | 'delete_files'>>()
holds<Equals<Tools<typeof server>['delete_files'], typeof del>>()
type MountsOf<S> = S extends Server<unknown, unknown, infer M> ? M : never
holds<Equals<keyof Tools<MountsOf<typeof server>['wx']>, 'forecast' | 'greet'>>()
export type App = Types<typeof server>

// @ts-expect-error a prompt is no tool
createServer({ name: 'x', version: '1', tools: [review] })
// @ts-expect-error a server has a version
createServer({ name: 'x' })
