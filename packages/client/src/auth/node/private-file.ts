/** Files for their owner alone. */
import { constants, type Stats } from 'node:fs'
import { chmod, type FileHandle, mkdir, open, rename, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { AuthError } from '../auth-error.ts'
import { isCode } from './is-code.ts'

const isWindows = process.platform === 'win32'
// Neither through a link, nor waiting for whoever might write to a pipe.
const noFollow = isWindows ? 0 : constants.O_NOFOLLOW | constants.O_NONBLOCK

/** Makes the folder of a file, for its owner alone, or checks the one that is there. */
export async function preparePrivateFolder(path: string, own: boolean): Promise<void> {
  const folder = dirname(path)
  try {
    await makeFolder(folder)
  } catch (error) {
    throw failed(folder, 'made', error)
  }
  if (isWindows) return
  const about = await stat(folder)
  if (own && isMine(about) && (about.mode & 0o077) !== 0) await chmod(folder, 0o700)
  else if (!isMine(about) && about.uid !== 0 && (about.mode & 0o1000) === 0) {
    throw unsafe(folder, 'belongs to somebody else, who could put another file in its place')
  } else if ((about.mode & 0o002) !== 0 && (about.mode & 0o1000) === 0) {
    throw unsafe(folder, 'can be written to by everybody: take that right away, or choose another')
  }
}

/** Makes a folder and those above it. Node.js does so too, but turns for ever in file systems where none can be made, such as /proc. */
async function makeFolder(folder: string): Promise<void> {
  const make = () =>
    mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
      if (!isCode(error, 'EEXIST')) throw error
    })
  try {
    await make()
  } catch (error) {
    if (!isCode(error, 'ENOENT') || dirname(folder) === folder) throw error
    await makeFolder(dirname(folder))
    await make()
  }
}

/** Reads a file that nobody else could have read or written; undefined where there is none. */
export async function readPrivateFile(
  path: string,
  warn: (message: string) => void,
): Promise<string | undefined> {
  let file: FileHandle
  try {
    file = await open(path, constants.O_RDONLY | noFollow)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    if (isCode(error, 'ELOOP') || isCode(error, 'EMLINK')) {
      throw unsafe(path, 'is a symbolic link: give the path that it leads to')
    }
    throw failed(path, 'read', error)
  }
  try {
    await assertPrivate(file, path, warn)
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

/** Puts a file in place as a whole, or not at all; only who holds a lock may. `before` runs at the last moment at which it can be called off. */
export async function writePrivateFile(
  path: string,
  text: string,
  before: () => Promise<void>,
): Promise<void> {
  const draft = `${path}.tmp`
  try {
    // Of one who was killed over it: there is no other, as who writes holds the lock.
    await unlink(draft).catch(() => {})
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    await unlink(draft).catch(() => {})
    throw failed(path, 'written', error)
  }
  // Where the lock is lost, the draft may be that of a successor by now, who removes this one otherwise.
  await before()
  try {
    await replace(draft, path)
  } catch (error) {
    await unlink(draft).catch(() => {})
    throw failed(path, 'written', error)
  }
  await syncFolder(dirname(path))
}

/** Renames; on Windows once more where somebody is just reading what is replaced. */
async function replace(from: string, to: string): Promise<void> {
  for (let left = isWindows ? 20 : 0; ; left--) {
    try {
      return await rename(from, to)
    } catch (error) {
      if (left <= 0) throw error
      await wait(10)
    }
  }
}

/** So that the name is on the disk, too. Not every system can. */
async function syncFolder(folder: string): Promise<void> {
  if (isWindows) return
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => {})
  await handle?.close()
}

async function assertPrivate(
  file: FileHandle,
  path: string,
  warn: (message: string) => void,
): Promise<void> {
  const about = await file.stat()
  if (!about.isFile()) throw unsafe(path, 'is not a file')
  if (isWindows) return
  if (!isMine(about)) throw unsafe(path, 'belongs to somebody else')
  if ((about.mode & 0o022) !== 0) {
    throw unsafe(path, 'can be written to by others: look at what is in it, then chmod 600')
  }
  if ((about.mode & 0o077) === 0) return
  await file.chmod(0o600)
  warn(
    `${path} could be read by others. It is closed to them now; sign in anew if somebody may have read it`,
  )
}

function isMine({ uid }: Stats): boolean {
  return uid === process.getuid?.()
}

/** An error that says why a file or folder is not one for credentials. */
export function unsafe(path: string, why: string): AuthError {
  return new AuthError('store', `${path} is not used for credentials: it ${why}`)
}

/** An error of the system, with what it means for credentials. */
export function failed(path: string, what: string, cause: unknown): AuthError {
  return new AuthError('store', `${path} could not be ${what}: ${(cause as Error).message}`, {
    cause,
  })
}
