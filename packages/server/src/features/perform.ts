import type { Call } from '@lutra/core'
import { type Context, createContext } from '../context.ts'
import type { Environment } from '../environment.ts'
import { through, type Use, type UsedFeature } from '../use.ts'

/** What is to be done for a call, and behind which middleware. */
export interface Job {
  readonly feature: UsedFeature
  readonly uses: readonly Use[]
  readonly run: (ctx: Context<object>) => unknown
}

/** Runs a user's handler with its context; gives what it gave, or the question that it ended with. */
export async function perform(call: Call, job: Job, env: Environment): Promise<unknown> {
  const asking = {
    ask: async () => ({ action: 'unsupported' as const }),
    step: async <T>(_key: string, run: () => T | Promise<T>) => run(),
  }
  const { ctx, end } = createContext(call, asking, env)
  try {
    if (job.uses.length === 0) return await job.run(ctx)
    return await through(job.uses, { ctx, feature: job.feature }, () => job.run(ctx))
  } finally {
    end()
  }
}
