import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { credentialKeyText } from '../credential-key.ts'
import { readRecord } from '../credential-record.ts'
import type { Credential, CredentialKey, CredentialStore } from '../credentials.ts'
import { assertKind } from '../memory-credentials.ts'
import { createTurns } from '../turns.ts'
import { credentialsPath } from './credentials-path.ts'
import { parseCredentials, printCredentials, type Records } from './credentials-text.ts'
import { type Held, withFileLock } from './file-lock.ts'
import { moveAside } from './move-aside.ts'
import { preparePrivateFolder, readPrivateFile, writePrivateFile } from './private-file.ts'

export interface FileCredentialsOptions {
  /** Told of what a person should know, such as a file that others could read. Default: `process.emitWarning`. */
  readonly warn?: (message: string) => void
  /** Milliseconds to wait for other processes that get tokens for the same server: somebody may be signing in. Default: 10 minutes. */
  readonly waitMs?: number
}

/** Keeps credentials in a file for its owner alone, which any number of processes may share. Default: where the platform keeps such things. */
export function fileCredentials(
  path: string = credentialsPath(),
  options: FileCredentialsOptions = {},
): CredentialStore {
  const place = resolve(path)
  const own = place === credentialsPath()
  const { warn = (message) => process.emitWarning(message, 'CredentialsWarning') } = options
  const { waitMs = 10 * 60_000 } = options
  const turns = createTurns()
  const writing = { waitMs: 60_000 }

  function locked<T>(work: (held: Held) => Promise<T>): Promise<T> {
    return turns('write', async () => {
      await preparePrivateFolder(place, own)
      return withFileLock(`${place}.lock`, writing, work)
    })
  }

  /** What is in the file. What cannot be read is moved aside by whoever holds the lock. */
  async function read(held?: Held): Promise<Records> {
    const text = await readPrivateFile(place, warn)
    const records = parseCredentials(text, place)
    if (records) return records
    if (!held) return locked(read)
    await moveAside(place, warn)
    return new Map()
  }

  function change(apply: (records: Map<string, unknown>) => boolean): Promise<boolean> {
    return locked(async (held) => {
      const records = new Map(await read(held))
      const changed = apply(records)
      if (changed) await writePrivateFile(place, printCredentials(records), held.assert)
      return changed
    })
  }

  return {
    async get<K extends CredentialKey['kind']>(key: Extract<CredentialKey, { kind: K }>) {
      const found = readRecord((await read()).get(credentialKeyText(key)))
      return found?.credential as Extract<Credential, { kind: K }> | undefined
    },
    async set(key, credential) {
      assertKind(key, credential)
      await change((records) => {
        records.set(credentialKeyText(key), { key, credential })
        return true
      })
    },
    delete: (key) => change((records) => records.delete(credentialKeyText(key))),
    async list() {
      return [...(await read()).values()].flatMap((value) => readRecord(value) ?? [])
    },
    exclusively(key, work, { signal } = {}) {
      const name = credentialKeyText(key)
      const digest = createHash('sha256').update(name).digest('hex').slice(0, 16)
      const locked = async () => {
        await preparePrivateFolder(place, own)
        return withFileLock(`${place}.${digest}.lock`, { waitMs, signal }, work)
      }
      return turns(name, locked, signal)
    },
  }
}
