import { randomUUID } from 'node:crypto'
import { rename } from 'node:fs/promises'
import { failed } from './private-file.ts'

/** Gets a broken file out of the way without losing what is in it. */
export async function moveAside(path: string, warn: (message: string) => void): Promise<void> {
  const day = new Date().toISOString().slice(0, 10)
  const aside = `${path}.broken-${day}-${randomUUID().slice(0, 8)}`
  try {
    await rename(path, aside)
  } catch (error) {
    throw failed(path, 'moved aside, as it is broken', error)
  }
  warn(
    `${path} is broken, as by a crash in the middle of a write of some other program. It was moved to ${aside}, and holds secrets; ` +
      'sign in anew where you are asked to, then delete it',
  )
}
