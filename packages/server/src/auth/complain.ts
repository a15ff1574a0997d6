import { createLogger } from '../deprecate.ts'

/** Tells the operator what goes wrong where nobody else is told: the same not again and again. */
export function createComplaints(now: () => number): (error: unknown) => void {
  const logger = createLogger()
  let last = { text: '', at: Number.NEGATIVE_INFINITY }
  return (error) => {
    const text = messagesOf(error).join(': ')
    if (text === last.text && now() - last.at < quietMs) return
    last = { text, at: now() }
    logger.error(`Access tokens cannot be checked: ${text}`)
  }
}

const quietMs = 60_000

/** Messages alone: what else hangs on the errors of libraries may be a request, with the token that it sent. */
function messagesOf(error: unknown, depth = 0): readonly string[] {
  if (!(error instanceof Error)) return [String(error)]
  if (error.cause === undefined || depth === 3) return [error.message]
  return [error.message, ...messagesOf(error.cause, depth + 1)]
}
