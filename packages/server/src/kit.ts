import type { StandardSchema } from '@lutra/core'
import type { Context } from './context.ts'
import type { Described, Empty, GivenOf, InputSchema, NoInput, Simplify } from './definition.ts'
import { type Prompt, type PromptSpec, prompt } from './prompt.ts'
import { type ParamsOf, type Resource, type ResourceSpec, resource } from './resource.ts'
import { type Tool, type ToolSpec, tool } from './tool.ts'
import type { Next, Step, Use } from './use.ts'

/** Defines tools, resources and prompts behind the same middleware, with what that middleware adds in `ctx.vars`. */
export interface Kit<V extends object> {
  /** A kit with one more middleware, which sees what those before it added. */
  use<A extends object>(middleware: (step: Step<V>) => Promise<Next<A>>): Kit<Simplify<V & A>>
  /** A kit whose definitions need these scopes, beside those of their own. */
  scopes(...scopes: readonly string[]): Kit<V>
  tool<const N extends string, S extends InputSchema = NoInput, R = unknown, O = R>(
    spec: ToolSpec<N, S, R, O, V>,
  ): Tool<N, GivenOf<S>, O, V>
  resource<const U extends string, R>(spec: ResourceSpec<U, R, V>): Resource<U, ParamsOf<U>, R>
  prompt<const N extends string, S extends StandardSchema = NoInput>(
    spec: PromptSpec<N, S, V>,
  ): Prompt<N, GivenOf<S>>
}

/** The first kit of a chain, with the vars that are the same for every call, such as a database. */
export function kit<V extends object = Empty>(
  ...given: Empty extends V ? [vars?: V] : [vars: V]
): Kit<V> {
  const [vars] = given
  if (!vars) return makeKit<V>({ uses: [], scopes: [] })
  const first = ({ next }: Step<V>): Promise<Next<V>> => next(vars)
  return makeKit<V>({ uses: [first as Use], scopes: [] })
}

/** What a kit gives to its definitions. */
interface Parts {
  readonly uses: readonly Use[]
  readonly scopes: readonly string[]
}

function makeKit<V extends object>({ uses, scopes }: Parts): Kit<V> {
  function own<D extends Described>(definition: D): D {
    const all = [...scopes, ...(definition.scopes ?? [])]
    return { ...definition, uses, ...(all.length > 0 && { scopes: all }) }
  }
  return {
    use: (middleware) => makeKit({ uses: [...uses, middleware as unknown as Use], scopes }),
    scopes: (...more) => makeKit({ uses, scopes: [...scopes, ...more] }),
    tool: (spec) => own(tool(spec as never)) as never,
    resource: (spec) => own(resource(spec as never)) as never,
    prompt: (spec) => own(prompt(spec as never)) as never,
  }
}

/** The context of a kit's handlers. */
export type ContextOf<K> = K extends Kit<infer V> ? Context<V> : never
