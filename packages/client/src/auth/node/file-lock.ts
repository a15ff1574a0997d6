import { randomUUID } from 'node:crypto'
import { sleep } from '@lutra/core/wait'
import { AuthError } from '../auth-error.ts'
import { createLockFile, isHeldBy, type Look, lookAt, removeFile, touch } from './lock-file.ts'

/** How long others are waited for. */
export interface LockOptions {
  /** Milliseconds to wait for others to be done. */
  readonly waitMs: number
  /** Milliseconds without a sign of life after which a holder counts as dead. One that is known to be is not waited for. */
  readonly staleMs?: number
  /** Ends waiting. */
  readonly signal?: AbortSignal | undefined
}

/** What work can ask of the lock that it runs under. */
export interface Held {
  /** Throws where the lock has become somebody else's, as after a long sleep of this process. */
  assert(): Promise<void>
}

/** Runs work while no other process that locks the same path runs some. What dies with the lock in its hands, by whatever signal, is noticed. */
export async function withFileLock<T>(
  path: string,
  { waitMs, staleMs = 30_000, signal }: LockOptions,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  const id = randomUUID()
  await acquire(path, id, { waitMs, staleMs, signal })
  const timer = setInterval(() => void touch(path), staleMs / 6)
  const held: Held = {
    async assert() {
      if (await isHeldBy(path, id)) return
      throw new AuthError('store', `${path} was taken over while this process stood still`)
    },
  }
  try {
    return await work(held)
  } finally {
    clearInterval(timer)
    // What the work came to counts. A lock that cannot be taken away shows no sign of life, and is cleared by the next one.
    if (await isHeldBy(path, id)) await removeFile(path).catch(() => {})
  }
}

interface Waiting {
  readonly waitMs: number
  readonly staleMs: number
  readonly signal: AbortSignal | undefined
}

async function acquire(path: string, id: string, options: Waiting): Promise<void> {
  const start = performance.now()
  let last: Look | undefined
  let since = start
  for (let count = 0; ; count++) {
    options.signal?.throwIfAborted()
    if (await createLockFile(path, id)) return
    const look = await lookAt(path)
    const now = performance.now()
    if (look?.sign !== last?.sign) since = now
    last = look
    // What counts is how long it was seen to stand still: clocks differ, and after a sleep everything looks old.
    if (look && (look.dead || now - since > options.staleMs)) await clear(path, look, options)
    else if (now - start > options.waitMs) throw stuck(path)
    else
      await sleep(5 + Math.random() * Math.min(500, 10 * 2 ** Math.min(count, 6)), options.signal)
  }
}

/** Takes a stale lock away. Only one at a time does, and looks again before: what it removes is not one that was taken meanwhile. */
async function clear(path: string, stale: Look, { staleMs }: Waiting): Promise<void> {
  const broom = `${path}.clear`
  if (!(await createLockFile(broom, randomUUID()))) {
    const look = await lookAt(broom)
    // Held for a blink, but by one who died in it.
    if (look?.dead || (look && look.age > staleMs)) await removeFile(broom)
    return sleep(10)
  }
  try {
    if ((await lookAt(path))?.sign === stale.sign) await removeFile(path)
  } finally {
    await removeFile(broom)
  }
}

function stuck(path: string): AuthError {
  return new AuthError(
    'store',
    `Another process has been holding ${path} for too long: end it, or delete that file if there is none`,
  )
}
