// #region imports
import { setTimeout as pause } from 'node:timers/promises'
import { RetryError } from '@lutra/core'
import { tasks } from '@lutra/extensions/tasks'
import { createServer, tool } from '@lutra/server'
import { openEngine } from '@lutra/stores'
import { z } from 'zod'
// #endregion

// #region tool
export const render = tool({
  name: 'render',
  description: 'Renders a film, and asks for its quality half-way',
  input: z.object({ film: z.string() }),
  output: z.object({ file: z.string() }),
  task: true, // a caller that takes tasks gets one; for others it is a plain call
  async run({ film }, ctx) {
    const scenes = await ctx.step('scenes', () => findScenes(film))
    ctx.progress(1, 2, `${scenes.length} scenes found`)
    const answer = await ctx.ask('quality', 'Draft or final?', z.object({ quality: z.string() }))
    const quality = answer.action === 'accept' ? answer.content.quality : 'draft'
    ctx.progress(2, 2, `Rendering as ${quality}`)
    await pause(50, undefined, { signal: ctx.signal }) // ends when the task is cancelled
    return { file: `${film}-${quality}.mp4` }
  },
})
// #endregion

/** How often the costly step was begun. */
export let searches = 0

async function findScenes(film: string): Promise<string[]> {
  searches += 1
  await pause(20)
  return [`${film} 1`, `${film} 2`]
}

let attempts = 0

// #region policy
export const upload = tool({
  name: 'upload',
  description: 'Puts a film where people find it',
  input: z.object({ file: z.string() }),
  output: z.object({ attempts: z.number() }),
  task: {
    when: 'required', // a caller that takes no tasks is refused
    retries: 5,
    backoffMs: 20, // doubled after each attempt
    timeoutMs: 60_000, // of one run
    ttlMs: 60 * 60_000, // then the task and its result are forgotten
    concurrency: 2, // at once in one process
    retryable: (error) => error instanceof TypeError && error.message === 'fetch failed',
  },
  async run() {
    attempts += 1
    if (attempts < 3) throw new RetryError('The site is busy', { afterMs: 20 })
    return { attempts }
  },
})
// #endregion

// #region server
/** Opens the server on what an earlier process left in a folder. */
export async function openStudio(folder: string) {
  const engine = await openEngine(`file:${folder}`)
  const server = createServer({
    name: 'studio',
    version: '1.0.0',
    ...engine,
    tools: [render, upload],
    extensions: [tasks({ ...engine, graceMs: 100 })],
  })
  return {
    server,
    async close() {
      await server.close() // runs that do not end in time are taken up by the next process
      await engine.close()
    },
  }
}
// #endregion
