import type { ExitCode } from './exit-code.ts'
import type { Output } from './terminal/output.ts'
import type { Words } from './words.ts'

/** One option of a command, as the help shows it. */
export interface Flag {
  readonly type: 'string' | 'boolean'
  /** A single letter that stands for it. */
  readonly short?: string
  /** May be given several times. */
  readonly multiple?: true
  /** What its value is, for the help: `SECONDS`. */
  readonly value?: string
  readonly help: string
}

export type Flags = Readonly<Record<string, Flag>>

/** One command of `lutra`: how it is called, and what it does. */
export interface Command {
  /** What follows `lutra`, one line for each form. */
  readonly usage: readonly string[]
  /** What it does, in a few lines. */
  readonly about: string
  readonly flags: Flags
  /** Lines to type, each with what it is for. */
  readonly examples: readonly (readonly [line: string, what: string])[]
  run(words: Words, context: CommandContext): Promise<ExitCode>
}

/** What a command works with. */
export interface CommandContext {
  readonly output: Output
  /** Aborts on Ctrl-C, on SIGTERM, and when nobody reads the output any more. */
  readonly signal: AbortSignal
  /** Ends the work as Ctrl-C does, where a prompt has the keyboard. */
  interrupt(): void
  /** Has the next Ctrl-C do something else, until the function that it returns is called. */
  takeInterrupts(instead: () => void): () => void
}
