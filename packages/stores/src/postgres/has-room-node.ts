import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isFull } from './failure.ts'

/** Whether a folder's disk takes what PostgreSQL writes at once at least: a part of its log. Tried, as quotas and limits are told by nothing else. */
export async function hasRoom(folder: string): Promise<boolean> {
  const path = join(folder, `.lutra-room-${process.pid}`)
  try {
    const file = await open(path, 'w')
    try {
      const part = Buffer.alloc(1024 * 1024)
      for (let written = 0; written < neededMiB; written++) await file.writeFile(part)
    } finally {
      await file.close()
    }
    return true
  } catch (error) {
    return !isFull(error)
  } finally {
    await rm(path, { force: true }).catch(() => {})
  }
}

/** A part of the log has 16. */
const neededMiB = 20
