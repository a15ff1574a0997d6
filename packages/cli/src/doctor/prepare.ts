import { guardedFetch } from '@lutra/client/auth-node'
import { givenClientId } from '../auth/given-client.ts'
import { givenToken } from '../auth/given-token.ts'
import { openStore } from '../auth/store.ts'
import { heldWayIn } from '../auth/way-in.ts'
import type { CommandContext } from '../command.ts'
import { readDuration } from '../target/duration.ts'
import { readConnectOptions } from '../target/options.ts'
import type { Words } from '../words.ts'
import type { Means } from './examine.ts'
import type { Examination } from './finding.ts'
import type { FindingPrinter } from './print.ts'

interface Line {
  readonly words: Words
  readonly context: CommandContext
  readonly printer: FindingPrinter
}

/** Puts together what an examination of a server needs. */
export async function prepare(
  server: URL,
  { words, context, printer }: Line,
): Promise<{ examination: Examination; means: Means }> {
  const { output, signal } = context
  const timeoutMs = readDuration(words.text('timeout') ?? '15', '--timeout')
  const store = await openStore(output)
  // Tokens that are refused are of use to nobody, but whoever examines does not throw them away.
  const asItIs = { ...store, delete: async () => false }
  const token = givenToken(words)
  const bare = { ...readConnectOptions(words, context), timeoutMs, onWarning() {} }
  return {
    examination: {
      server,
      fetch: guardedFetch({ server }),
      signal,
      timeoutMs,
      say: (step, outcome, what) =>
        printer.found({ step, outcome, ...(typeof what === 'string' ? { what } : what) }),
      busy: (what) => output.busy(what),
    },
    means: {
      bare,
      authorized: { ...bare, ...(token === undefined ? { auth: heldWayIn(asItIs) } : { token }) },
      token,
      clientId: givenClientId(words),
      store,
    },
  }
}
