/** What clients share: what they have seen, and how they go on when something fails. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from '@lutra/client'
import { connect } from '@lutra/client/connect'

export interface World {
  readonly url: string
  /** Tasks that one client makes, one after the other. */
  readonly each: number
  /** Whether they make more, where they have made these. */
  readonly goesOn: () => boolean
  readonly steps: number
  readonly stepMs: number
  readonly record: Records
  /** Aborts when it takes too long. */
  readonly signal: AbortSignal
}

/** What clients have seen. */
export interface Records {
  /** Tasks that were begun, and what has become of them. */
  readonly tasks: Map<string, Seen>
  readonly faults: string[]
  errors: number
  answers: number
  readonly legacy: LegacyCounts
  readonly latencies: number[]
  readonly legacyLatencies: number[]
}

/** What clients of earlier revisions have seen. */
export interface LegacyCounts {
  /** Calls that came to their end. */
  calls: number
  /** Questions that came to a client. */
  questions: number
  /** Answers that the server has said to have: none may be lost. */
  accepted: number
  /** Times that an answer was posted again, as it was refused or nobody said that it was accepted. */
  postsAgain: number
  /** Calls that were made again before an answer of theirs was accepted. */
  callsAgain: number
}

export interface Seen {
  status: string
  readonly kind: string
}

export function createRecords(): Records {
  return {
    tasks: new Map(),
    faults: [],
    errors: 0,
    answers: 0,
    legacy: { calls: 0, questions: 0, accepted: 0, postsAgain: 0, callsAgain: 0 },
    latencies: [],
    legacyLatencies: [],
  }
}

/** The answer to a question, which nobody else could give. */
export const answerTo = (question: string) => ({
  action: 'accept' as const,
  content: { value: `«${question}»` },
})

export async function reach(world: World, options: Parameters<typeof connect>[1]): Promise<Client> {
  const client = await insist(world, () => connect(world.url, { onWarning: () => {}, ...options }))
  if (!client) throw new Error('The server was never there')
  return client
}

/** Does something until it succeeds. What the faults break is expected to break; that a task is unknown is not. */
export async function insist<T>(
  { record, signal }: World,
  work: () => Promise<T>,
): Promise<T | undefined> {
  for (let waitMs = 50; !signal.aborted; waitMs = Math.min(waitMs * 2, 1000)) {
    try {
      return await work()
    } catch (error) {
      if (signal.aborted) return undefined
      record.errors++
      if (process.env['LOUD']) console.error('client:', String(error))
      if ((error as { code?: unknown }).code === -32602) {
        record.faults.push(`A task was lost: ${error}`)
        return undefined
      }
      await pause(waitMs * (0.5 + Math.random()), undefined, { signal }).catch(() => {})
    }
  }
  return undefined
}

/** Writes down what a task came to. */
export function end(
  { record }: Pick<World, 'record'>,
  { id, status }: { id: string; status: string },
) {
  const seen = record.tasks.get(id)
  if (seen) seen.status = status
}

interface Ended {
  readonly id: string
  readonly nonce: string
  readonly result: Readonly<Record<string, unknown>> | undefined
}

/** Holds a result to what was asked for and answered. */
export function check({ record, steps }: World, { id, nonce, result }: Ended): void {
  if (!result) return
  const is = JSON.stringify(result['structuredContent'])
  const sum = (steps * (steps - 1)) / 2
  const should = JSON.stringify({
    nonce,
    sum,
    left: `«left ${nonce}»`,
    right: `«right ${nonce}»`,
  })
  if (is !== should) record.faults.push(`${id}: the result is ${is}, and should be ${should}`)
}
