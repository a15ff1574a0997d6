import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Abilities, type Ability, type Provider, providers } from '@lutra/server/auth'
import { root } from './run-command.ts'

/** Writes what the authorization servers that people use cannot do into the guide, from the data that the code has of them. */
export const providersPage = join(root, 'docs/guide/protecting-a-server.md')

/** The page with the part about providers as it is to be. */
export function fillProviders(page: string): string {
  return page.replace(part, (_, head: string, tail: string) => `${head}\n\n${print()}\n\n${tail}`)
}

const part = /(<!-- providers: [^>]*-->)[\s\S]*(<!-- end of providers -->)/

const columns: Readonly<Record<keyof Abilities, string>> = {
  metadataDocuments: 'client metadata documents',
  registration: 'registration',
  resource: '`resource` parameter',
  pkce: 'PKCE in its metadata',
  jwt: 'tokens are JWTs',
  scopes: 'scopes of your own',
}

const words: Readonly<Record<Ability, string>> = { no: '–', 'set-up': 'set up', yes: 'yes' }

function print(): string {
  const keys = Object.keys(columns) as (keyof Abilities)[]
  const header = `| | ${keys.map((key) => columns[key]).join(' | ')} |`
  const line = `|---|${keys.map(() => '---').join('|')}|`
  const rows = providers.map(
    ({ title, can }) => `| ${title} | ${keys.map((key) => words[can[key]]).join(' | ')} |`,
  )
  return [[header, line, ...rows].join('\n'), ...providers.map(printLimits)].join('\n\n')
}

function printLimits({ name, title, limits }: Provider): string {
  return [`**${title}**, \`${name}()\``, '', ...limits.map((limit) => `- ${limit}`)].join('\n')
}

if (process.argv.includes('--write')) {
  writeFileSync(providersPage, fillProviders(readFileSync(providersPage, 'utf8')))
}
