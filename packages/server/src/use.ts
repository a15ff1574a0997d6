/** Typed middleware around single definitions: what it hands to `next` is there in `ctx.vars` afterwards. */
import type { Context } from './context.ts'
import type { Empty } from './definition.ts'

/** What a middleware gets to see. */
export interface Step<V> {
  readonly ctx: Context<V>
  /** What is about to run. */
  readonly feature: UsedFeature
  /** Goes on with these vars added to `ctx.vars`. */
  readonly next: <B extends object = Empty>(vars?: B) => Promise<Next<B>>
}

/** The definition that a middleware stands before. */
export interface UsedFeature {
  readonly kind: 'tool' | 'resource' | 'prompt'
  /** The name of a tool or prompt, the URI or template of a resource. */
  readonly name: string
  readonly scopes: readonly string[]
  readonly tags: readonly string[]
}

/** Proof that a middleware went on, and with which vars. */
export interface Next<A> {
  readonly '~adds'?: A
  readonly outcome: unknown
}

/** One middleware, its types forgotten. */
export type Use = (step: Step<never>) => Promise<Next<unknown>>

/** Runs the middleware of a definition in order, then `run`; gives what `run` gave. */
export async function through(
  uses: readonly Use[],
  step: { readonly ctx: Context<object>; readonly feature: UsedFeature },
  run: () => unknown,
): Promise<unknown> {
  async function enter(at: number): Promise<unknown> {
    const use = uses[at]
    if (!use) return run()
    const next = async (vars: object = {}) => {
      Object.assign(step.ctx.vars, vars)
      return { outcome: await enter(at + 1) }
    }
    const { outcome } = await use({ ...step, next } as unknown as Step<never>)
    return outcome
  }
  return enter(0)
}
