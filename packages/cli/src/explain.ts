import { causesOf } from './auth/refused.ts'
import { commands } from './commands.ts'
import { ExitCode } from './exit-code.ts'

/** An error, for the person or the program that has to deal with it. */
export interface Explained {
  readonly exitCode: ExitCode
  /** What was wrong, where, and what to do. Empty where there is nothing to say. */
  readonly text: string
  /** The same for a program. */
  readonly document: {
    readonly kind: string
    readonly exitCode: ExitCode
    readonly message: string
    readonly hint?: string
    readonly code?: number
    readonly data?: unknown
  }
}

interface Context {
  /** The command that failed. */
  readonly name: string | undefined
  readonly verbose: boolean
}

/** What an error means to whoever typed the command. */
export function explain(error: unknown, { name, verbose }: Context): Explained {
  const chain = causesOf(error)
  const main = chain[0] ?? new Error(String(error))
  const { kind, exitCode, hint } = judge(main, name)
  if (kind === 'interrupted') {
    return { exitCode, text: '', document: { kind, exitCode, message: main.message } }
  }
  const message = messageOf(main)
  const { code, data } = main as { code?: unknown; data?: unknown }
  const lines = [
    message,
    ...(hint === undefined ? [] : [hint]),
    ...(verbose ? chain.slice(1).map((one) => `caused by ${one.name}: ${one.message}`) : []),
    ...(verbose && data !== undefined ? [`data: ${JSON.stringify(data)?.slice(0, 4000)}`] : []),
    ...(kind === 'bug' ? [main.stack ?? ''] : []),
  ]
  return {
    exitCode,
    text: lines.join('\n'),
    document: {
      kind,
      exitCode,
      message,
      ...(hint !== undefined && { hint }),
      ...(typeof code === 'number' && { code }),
      ...(data !== undefined && { data }),
    },
  }
}

interface Judged {
  readonly kind: string
  readonly exitCode: ExitCode
  readonly hint?: string
}

// Errors are told apart by name: a server in this process may have copies of the same classes.
function judge(main: Error, name: string | undefined): Judged {
  switch (main.name) {
    case 'InterruptedError': {
      const exitCode =
        (main as { by?: unknown }).by === 'SIGTERM' ? ExitCode.terminated : ExitCode.interrupted
      return { kind: 'interrupted', exitCode }
    }
    case 'UsageError': {
      const help = name && commands.has(name) ? `lutra ${name} --help` : 'lutra --help'
      return { kind: 'usage', exitCode: ExitCode.usage, hint: `See ${help}` }
    }
    case 'UnreachableError':
      return isLate(main)
        ? late
        : { kind: 'unreachable', exitCode: ExitCode.unreachable, ...hintOf(main) }
    case 'UnauthorizedError':
      return { kind: 'unauthorized', exitCode: ExitCode.unauthorized, ...hintOf(main) }
    case 'UnansweredError':
      return { kind: 'unanswered', exitCode: ExitCode.unanswered }
    case 'TimeoutError':
      return late
    case 'RpcError':
      return judgeRefusal(main)
    case 'TaskError':
    case 'InvalidResponseError':
    case 'ConnectionError':
    case 'HttpError':
      return { kind: 'failed', exitCode: ExitCode.failed }
    default:
      return {
        kind: 'bug',
        exitCode: ExitCode.broken,
        hint: 'This is a bug of lutra: please report it with what follows',
      }
  }
}

function hintOf(error: Error): { hint?: string } {
  const { hint } = error as { hint?: string }
  return hint ? { hint } : {}
}

const late: Judged = {
  kind: 'timeout',
  exitCode: ExitCode.timedOut,
  hint: 'Wait longer by --timeout SECONDS',
}

/** Whether what was tried last failed for its time alone. */
function isLate({ cause }: Error): boolean {
  return cause instanceof Error && (cause.name === 'TimeoutError' || isLate(cause))
}

function judgeRefusal(error: Error & { code?: unknown }): Judged {
  if (needsAnswers(error)) {
    return { kind: 'unanswered', exitCode: ExitCode.unanswered, hint: answerHint }
  }
  const refused = { kind: 'refused', exitCode: ExitCode.failed }
  return error.code === -32601 ? { ...refused, hint: offerHint } : refused
}

const offerHint = 'The server does not offer this; lutra discover shows what it does'

const answerHint =
  'The server has questions: run this in a terminal, or answer them by --answer FIELD=VALUE'

function messageOf(error: Error): string {
  const { code } = error as { code?: unknown }
  if (error.name !== 'RpcError') return error.message
  return `The server refused: ${error.message}${typeof code === 'number' ? ` (${code})` : ''}`
}

function needsAnswers({ code, data }: Error & { code?: unknown; data?: unknown }): boolean {
  const { requiredCapabilities } = (data ?? {}) as { requiredCapabilities?: unknown }
  const { elicitation } = (requiredCapabilities ?? {}) as { elicitation?: unknown }
  return code === -32021 && elicitation !== undefined
}
