import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { type ConfigOptions, fromConfig } from './host/config.ts'
import type { Entry } from './host/entry.ts'

/** The servers of a configuration file of Claude, Cursor, VS Code and others. */
export async function readConfig(
  path: string | URL,
  options: ConfigOptions = {},
): Promise<Readonly<Record<string, Entry>>> {
  try {
    return fromConfig(await readFile(path, 'utf8'), { userHome: homedir(), ...options })
  } catch (cause) {
    throw new TypeError(`${String(path)}: ${(cause as Error).message}`, { cause })
  }
}
