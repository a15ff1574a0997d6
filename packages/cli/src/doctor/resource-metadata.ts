import {
  canonicalResource,
  issuerMetadataUrls,
  resourceCovers,
  resourceMetadataUrls,
} from '@lutra/client/auth'
import type { Led } from './challenge.ts'
import type { Examination } from './finding.ts'
import { readDocument } from './read-document.ts'
import { see } from './see.ts'

/** What the server says of how it is protected, as far as it is of use. */
export interface Protection {
  readonly resource: string
  readonly issuers: readonly string[]
  readonly scopes: readonly string[]
}

type Document = Readonly<Record<string, unknown>>

/** Reads the protected resource metadata where clients do; undefined where it leads nowhere. */
export async function examineResourceMetadata(
  led: Led,
  examination: Examination,
): Promise<Protection | undefined> {
  const { say, server } = examination
  const document = led.metadata
    ? await readNamed(led.metadata, examination)
    : await readWellKnown(examination)
  if (!document) return undefined
  const { resource, authorization_servers: servers, scopes_supported: scopes } = document
  const isRight = typeof resource === 'string' && resourceCovers(resource, server)
  if (isRight) {
    say('resource metadata', 'good', `It is about ${resource}`)
  } else {
    say('resource metadata', 'bad', {
      what:
        typeof resource === 'string'
          ? `Its "resource" is ${resource}, which is not ${canonicalResource(server)}: clients must not use it`
          : 'It has no "resource"',
      side: 'the MCP server',
      fix: `Set "resource" to the URL that clients use: ${canonicalResource(server)}`,
      see: see.resource,
    })
  }
  const issuers = textsOf(servers).slice(0, maxIssuers)
  if (issuers.length === 0) {
    say('resource metadata', 'bad', {
      what: 'It names no authorization server',
      side: 'the MCP server',
      fix: 'List the issuer whose tokens it takes in "authorization_servers"',
      see: see.servers,
    })
  } else {
    say('resource metadata', 'good', `It trusts ${issuers.join(', ')}`)
  }
  examineDetails(document, examination)
  if (!isRight || issuers.length === 0) return undefined
  return { resource, issuers, scopes: textsOf(scopes) }
}

const maxIssuers = 5

async function readNamed(url: URL, examination: Examination): Promise<Document | undefined> {
  const { say, busy } = examination
  busy(`Reading ${url.href}`)
  const found = await readDocument(url, examination)
  if (found.kind === 'document') {
    say('resource metadata', 'good', `There is protected resource metadata at ${url.href}`)
    return found.value
  }
  const why = found.kind === 'none' ? `HTTP ${found.status}` : found.why
  say('resource metadata', 'bad', {
    what: `There is none where the challenge says, at ${url.href}: ${why}`,
    side: 'the MCP server',
    fix: 'Serve it there, or correct resource_metadata; clients look nowhere else then',
    see: see.resourceMetadata,
  })
  return undefined
}

async function readWellKnown(examination: Examination): Promise<Document | undefined> {
  const { server, say, busy } = examination
  const urls = resourceMetadataUrls(server)
  for (const url of urls) {
    busy(`Reading ${url.href}`)
    const found = await readDocument(url, examination)
    if (found.kind === 'document') {
      say('resource metadata', 'good', `There is protected resource metadata at ${url.href}`)
      return found.value
    }
    if (found.kind !== 'none') {
      say('resource metadata', 'odd', {
        what: `At ${url.href}: ${found.why}`,
        side: 'the MCP server',
        see: see.resourceMetadata,
      })
    }
  }
  const places = urls.map((url) => url.href).join(' nor at ')
  const what = `There is no protected resource metadata, neither at ${places}`
  const fix = 'Publish it: it tells clients which authorization server to ask'
  const { origin } = server
  const old = await readFirst(issuerMetadataUrls(origin), examination)
  const told = { side: 'the MCP server' as const, see: see.resourceMetadata }
  if (!old) {
    const only = '. Until then only clients that already have a token get in: --token'
    say('resource metadata', 'bad', { what, fix: fix + only, ...told })
    return undefined
  }
  say('resource metadata', 'odd', {
    what: `${what}. ${origin} is an authorization server itself, as revision 2025-03-26 had it`,
    fix: `${fix}; newer clients look for it alone`,
    ...told,
  })
  return { resource: canonicalResource(server), authorization_servers: [origin] }
}

async function readFirst(urls: readonly URL[], examination: Examination): Promise<boolean> {
  for (const url of urls) {
    if ((await readDocument(url, examination)).kind === 'document') return true
  }
  return false
}

function examineDetails(document: Document, { say }: Examination): void {
  const { scopes_supported: scopes, bearer_methods_supported: methods } = document
  const names = textsOf(scopes)
  if (names.length > 0) say('resource metadata', 'told', `Its scopes are ${names.join(', ')}`)
  if (names.includes('offline_access')) {
    say('resource metadata', 'odd', {
      what: 'It lists the scope offline_access, which is between clients and authorization servers',
      side: 'the MCP server',
      fix: 'Take it out of "scopes_supported"',
      see: see.offline,
    })
  }
  if (Array.isArray(methods) && !methods.includes('header')) {
    say('resource metadata', 'bad', {
      what: 'It takes no tokens in the Authorization header, where clients have to put them',
      side: 'the MCP server',
      fix: 'Add "header" to "bearer_methods_supported"',
      see: see.token,
    })
  }
  if (document['dpop_bound_access_tokens_required'] === true) {
    say('resource metadata', 'told', 'It takes only tokens that are bound to a key (DPoP)')
  }
}

export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
