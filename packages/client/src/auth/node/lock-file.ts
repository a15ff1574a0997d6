import { readlinkSync } from 'node:fs'
import { type FileHandle, lstat, open, readFile, unlink, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { isCode } from './is-code.ts'
import { failed, unsafe } from './private-file.ts'

interface Holder {
  readonly id: string
  readonly pid: number
  /** Where `pid` means something. */
  readonly place: string
}

/** What is seen of a lock that somebody holds. */
export interface Look {
  /** Changes with the holder, and with each sign of life. */
  readonly sign: string
  /** Whether the holder is known to be gone. */
  readonly dead: boolean
  readonly age: number
}

/** Makes a lock file with the name of its holder in it; false where there is one. */
export async function createLockFile(path: string, id: string): Promise<boolean> {
  let file: FileHandle
  try {
    file = await open(path, 'wx', 0o600)
  } catch (error) {
    if (isCode(error, 'EEXIST') || isBusy(error)) return false
    throw failed(path, 'made', error)
  }
  try {
    const holder: Holder = { id, pid: process.pid, place: thisPlace() }
    await file.writeFile(JSON.stringify(holder))
    return true
  } catch (error) {
    // A full disk takes the name and not the content: nobody should wait for whoever that was.
    await removeFile(path).catch(() => {})
    throw failed(path, 'written', error)
  } finally {
    await file.close()
  }
}

/** Looks at a lock file; undefined where there is none any more. */
export async function lookAt(path: string): Promise<Look | undefined> {
  try {
    const about = await lstat(path)
    if (!about.isFile()) throw unsafe(path, 'is not a file')
    const { mtimeMs } = about
    const holder = readHolder(await readFile(path, 'utf8'))
    return {
      sign: `${holder?.id} ${mtimeMs}`,
      dead: holder?.place === thisPlace() && !isAlive(holder.pid),
      age: Date.now() - mtimeMs,
    }
  } catch (error) {
    if (isCode(error, 'ENOENT') || isBusy(error)) return undefined
    throw error
  }
}

export async function isHeldBy(path: string, id: string): Promise<boolean> {
  return readHolder(await readFile(path, 'utf8').catch(() => ''))?.id === id
}

/** A sign of life. */
export async function touch(path: string): Promise<void> {
  const now = new Date()
  await utimes(path, now, now).catch(() => {})
}

export async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (!isCode(error, 'ENOENT') && !isBusy(error)) throw error
  }
}

/** Reads who holds a lock; undefined where it is half written: by one who is at it, or has died over it. */
function readHolder(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text) as Partial<Holder> | null
    const { id, pid, place } = value ?? {}
    if (typeof id !== 'string' || typeof place !== 'string') return undefined
    return typeof pid === 'number' && Number.isSafeInteger(pid) ? { id, pid, place } : undefined
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // A process of somebody else is one that is alive.
    return !isCode(error, 'ESRCH')
  }
}

/** Within what a process number is unique: a machine, or a container that shares its folders with others. */
function thisPlace(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}

/** Windows says so of files that somebody is looking at, or that are about to go. */
function isBusy(error: unknown): boolean {
  if (process.platform !== 'win32') return false
  return ['EPERM', 'EACCES', 'EBUSY'].some((code) => isCode(error, code))
}
