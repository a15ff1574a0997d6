import { AuthError } from '../auth-error.ts'
import { credentialKeyText } from '../credential-key.ts'
import { readRecord } from '../credential-record.ts'
import { isOver } from '../memory-credentials.ts'

/** What is in a file of credentials, by the text of its key. What a later version has put there is kept as it is. */
export type Records = ReadonlyMap<string, unknown>

const version = 1

/** Reads a file of credentials; undefined where it is broken. Nothing of it gets into an error. */
export function parseCredentials(text: string | undefined, path: string): Records | undefined {
  if (text === undefined) return new Map()
  const content = parse(text)
  if (typeof content !== 'object' || content === null) return undefined
  const { version: its, credentials } = content as { version?: unknown; credentials?: unknown }
  if (typeof its === 'number' && its > version) {
    throw new AuthError(
      'store',
      `${path} was written by a later version of this program: update it`,
    )
  }
  if (its !== version || !Array.isArray(credentials)) return undefined
  return new Map(credentials.map((value: unknown) => [nameOf(value), value]))
}

/** Writes down what is still of use. */
export function printCredentials(records: Records): string {
  const credentials = [...records.values()].filter((value) => {
    const record = readRecord(value)
    return !record || !isOver(record.credential)
  })
  return `${JSON.stringify({ version, credentials }, null, 2)}\n`
}

function nameOf(value: unknown): string {
  const record = readRecord(value)
  return record ? credentialKeyText(record.key) : JSON.stringify(value)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The error would show a piece of the text.
    return undefined
  }
}
