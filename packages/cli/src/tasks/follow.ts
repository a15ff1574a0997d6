import { select } from '@clack/prompts'
import type { Answers, CallOptions } from '@lutra/client'
import type { Extension } from '@lutra/core'
import { type DetailedTask, followTasks } from '@lutra/extensions/tasks'
import { isPerson } from '../ask/person.ts'
import { ask } from '../ask/terminal.ts'
import type { CommandContext } from '../command.ts'
import { InterruptedError } from '../errors.ts'
import type { Target } from '../target/target.ts'
import { safeLine } from '../terminal/safe-text.ts'
import { type Place, placeOf } from './place.ts'
import { addStarted } from './started-store.ts'

/** A call that may become a task: what goes with it, and how it is left. */
export interface Following {
  readonly extension: Extension
  /** Where the task is kept to be found again; set once the target is known. */
  target: Target | undefined
  /** Answers that wait while a person decides how to leave. */
  hold(answers: Answers | undefined): Answers | undefined
  /** With the signal and the progress of a call that may be left. */
  options(options: CallOptions): CallOptions
  /** Begins to watch a task that is there already. */
  watch(id: string): void
  /** Resolves with how a person wants to leave, once they have said. Undefined: nobody wants to. */
  left(): Promise<Leave | undefined>
  readonly id: string | undefined
  end(): void
}

type Leave = 'detach' | 'cancel' | 'go on'

/** Lets calls become tasks; in a terminal, Ctrl-C then offers to let the task go on without us. */
export function createFollowing(
  context: CommandContext,
  { offAbort = 'cancel' }: { readonly offAbort?: 'cancel' | 'detach' } = {},
): Following {
  const control = new AbortController()
  const over = new AbortController()
  let id: string | undefined
  let leaving: Promise<Leave> | undefined
  let chosen: Leave | undefined
  let asking = false
  let told: string | undefined
  let giveBack = () => {}

  function leave(): void {
    // The next Ctrl-C ends the command.
    giveBack()
    asking = true
    leaving = askHowToLeave(context, over.signal).then((how) => {
      asking = false
      chosen = how
      if (how === 'go on') {
        leaving = undefined
        giveBack = context.takeInterrupts(leave)
      } else control.abort(new InterruptedError('SIGINT'))
      return how
    })
    leaving.catch(() => {})
  }

  const following: Following = {
    target: undefined,
    extension: followTasks({
      onTask: (task, { name }) => begin(task, name),
      onFault() {
        if (told !== outOfReach) context.output.status(outOfReach)
        told = outOfReach
      },
      get onAbort() {
        // A second Ctrl-C leaves in a hurry: the task goes on.
        if (asking || chosen === 'detach') return 'detach'
        return chosen === 'cancel' ? 'cancel' : offAbort
      },
    }),
    get id() {
      return id
    },
    hold(answers) {
      if (!answers) return undefined
      return heldBack(answers, async () => {
        await leaving?.catch(() => {})
      })
    },
    options: ({ onProgress, ...options }) => ({
      ...options,
      signal: AbortSignal.any([context.signal, control.signal]),
      onProgress(progress) {
        if (id === undefined) return onProgress?.(progress)
        const { message = 'working' } = progress
        if (message !== told) context.output.status(message)
        told = message
      },
    }),
    watch(taskId) {
      id = taskId
      if (isPerson()) giveBack = context.takeInterrupts(leave)
    },
    left: async () => leaving ?? (chosen === 'go on' ? undefined : chosen),
    end() {
      over.abort()
      giveBack()
    },
  }

  function begin(task: DetailedTask, name: string): void {
    following.watch(task.taskId)
    if (following.target) keep(task, { tool: name, place: placeOf(following.target) }, context)
  }
  return following
}

const outOfReach = 'The server is out of reach; trying again'

/** Answers that begin when a wait is over: a terminal has room for one question. */
function heldBack({ elicit, elicitUrl }: Answers, wait: () => Promise<void>): Answers {
  return {
    ...(elicit && {
      elicit: async (question, about) => {
        await wait()
        return elicit(question, about)
      },
    }),
    ...(elicitUrl && {
      elicitUrl: async (question, about) => {
        await wait()
        return elicitUrl(question, about)
      },
    }),
  }
}

/** Writes down what was started. That it cannot be is no reason to lose the call. */
function keep(
  { taskId, ttlMs }: DetailedTask,
  about: { readonly tool: string; readonly place: Place },
  { output }: CommandContext,
): void {
  const startedAt = Date.now()
  const expiresAt = startedAt + Math.min(ttlMs ?? longestKept, longestKept)
  try {
    addStarted({ id: taskId, ...about, startedAt, expiresAt })
  } catch (error) {
    output.warn(
      `The task ${safeLine(taskId)} could not be written down: ${(error as Error).message}`,
    )
  }
}

const longestKept = 30 * 86_400_000

async function askHowToLeave(context: CommandContext, over: AbortSignal): Promise<Leave> {
  // The terminal is given back by a question that was open, first.
  await new Promise((resolve) => setImmediate(resolve))
  const resume = context.output.pause()
  try {
    const how = await ask<Leave>(
      (options) =>
        select<Leave>({
          ...options,
          message: 'The task can go on without you',
          options: [
            { value: 'detach', label: 'Detach', hint: 'it goes on; come back to it later' },
            { value: 'cancel', label: 'Cancel', hint: 'end it' },
            { value: 'go on', label: 'Go on watching' },
          ],
        }),
      { signal: AbortSignal.any([context.signal, over]), interrupt: () => context.interrupt() },
    )
    return how === 'esc' ? 'go on' : how
  } finally {
    resume()
  }
}
