import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { type Place, readPlace } from './place.ts'

/** One task that this command line has started. */
export interface Started {
  readonly id: string
  readonly tool: string
  readonly place: Place
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly expiresAt: number
}

/** What this command line has started, the newest first. */
export function readStarted(now: number = Date.now()): readonly Started[] {
  return parse(readText(tasksPath())).filter(({ expiresAt }) => expiresAt > now)
}

/** Keeps a task that was started, for `lutra task` to find it again. */
export function addStarted(one: Started): void {
  change((all) => [one, ...all.filter(({ id }) => id !== one.id)])
}

/** Beside the credentials: where the system keeps such things, or `LUTRA_TASKS`. */
function tasksPath({ env, platform } = process): string {
  const { LUTRA_TASKS: own, LUTRA_CREDENTIALS: credentials } = env
  if (own) return own
  if (credentials) return join(dirname(credentials), 'tasks.json')
  return join(folderOf(platform, env), 'lutra', 'tasks.json')
}

function folderOf(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string {
  const absolute = (path: string | undefined) => (path && isAbsolute(path) ? path : undefined)
  if (platform === 'win32') {
    return absolute(env['LOCALAPPDATA']) ?? join(homedir(), 'AppData', 'Local')
  }
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support')
  return absolute(env['XDG_CONFIG_HOME']) ?? join(homedir(), '.config')
}

function change(how: (all: readonly Started[]) => readonly Started[]): void {
  const path = tasksPath()
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const unlock = lock(`${path}.lock`)
  const draft = `${path}.${randomUUID()}.tmp`
  try {
    const tasks = how(readStarted()).slice(0, maxKept)
    writeFileSync(draft, `${JSON.stringify({ tasks }, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    renameSync(draft, path)
    chmodSync(path, 0o600)
  } finally {
    rmSync(draft, { force: true })
    unlock()
  }
}

// Held for a millisecond: who meets one that is old meets one whose holder has died.
function lock(path: string): () => void {
  for (let tries = 0; ; tries++) {
    try {
      writeFileSync(path, '', { flag: 'wx', mode: 0o600 })
      return () => rmSync(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || tries > 500) throw error
      const { mtimeMs = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {}
      if (Date.now() - mtimeMs > 5000) rmSync(path, { force: true })
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}

function readText(path: string): string {
  try {
    return statSync(path).size > maxBytes ? '' : readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

// A record that is broken is one that knows nothing: tasks can be named with their server.
function parse(text: string): Started[] {
  let value: { tasks?: unknown } | null
  try {
    value = JSON.parse(text || '{}')
  } catch {
    return []
  }
  const { tasks } = value ?? {}
  return Array.isArray(tasks) ? tasks.slice(0, maxKept).flatMap((one) => readOne(one) ?? []) : []
}

function readOne(one: unknown): Started | undefined {
  const { id, tool, startedAt, expiresAt, ...rest } = (one ?? {}) as Record<string, unknown>
  const place = readPlace(rest['place'])
  if (typeof id !== 'string' || typeof tool !== 'string' || !place) return undefined
  if (!isMoment(startedAt) || !isMoment(expiresAt)) return undefined
  return { id, tool, place, startedAt, expiresAt }
}

/** Whether a number is a moment that a calendar has. */
function isMoment(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(new Date(value).getTime())
}

const maxKept = 200
// More than as many can come to, whose ids their servers choose.
const maxBytes = 10_000_000
