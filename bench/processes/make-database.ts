import { execFileSync } from 'node:child_process'
import { find } from '../../scripts/start-database.ts'

/** Makes a database of its own on a server of PostgreSQL, and gives its URL. */
export function makeDatabase(url: string, name: string): string {
  const { hostname, port, username } = new URL(url)
  const createdb = find('createdb') ?? 'createdb'
  execFileSync(createdb, ['-h', hostname, '-p', port, '-U', username, name])
  return Object.assign(new URL(url), { pathname: `/${name}` }).href
}
