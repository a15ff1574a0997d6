import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/** Where programs of one person keep credentials by the custom of the platform. */
export function credentialsPath(platform = process.platform, env = process.env): string {
  return join(folderOf(platform, env), 'lutra', 'credentials.json')
}

function folderOf(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string {
  // Not the roaming folder: tokens of this machine have no business on others.
  if (platform === 'win32') {
    return absolute(env['LOCALAPPDATA']) ?? join(homedir(), 'AppData', 'Local')
  }
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support')
  return absolute(env['XDG_CONFIG_HOME']) ?? join(homedir(), '.config')
}

function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined
}
