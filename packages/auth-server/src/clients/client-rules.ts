/**
 * What clients may say of themselves, by a document or by registering.
 * See /specification/2026-07-28/basic/authorization/client-registration
 */
import { errors } from 'oidc-provider'
import { isLoopback } from '../loopback.ts'

/** The parts of client metadata that are checked or set right here, still unparsed. */
export interface RawClient {
  client_id?: unknown
  client_name?: unknown
  redirect_uris?: unknown
  application_type?: unknown
  grant_types?: unknown
  response_types?: unknown
  scope?: unknown
  [name: string]: unknown
}

const maxRedirects = 20
const maxName = 100
const maxUri = 2000

/** Refuses what the provider by itself would let through, and sets right what clients commonly leave out. */
export function checkClient(client: RawClient): void {
  const redirects = readRedirects(client)
  const named = typeof client.client_name === 'string' && client.client_name.trim() !== ''
  if (isDocumentUrl(client.client_id)) {
    if (!named) refuse('client_name is required')
    if (redirects.length === 0 && usesCode(client)) refuse('redirect_uris is required')
  }
  if (named && String(client.client_name).length > maxName)
    refuse(`client_name must have at most ${maxName} characters`)
  // Clients that run on a device often leave this out, and the ports they are called back on are any.
  if (redirects.some(({ url }) => isNative(url))) client.application_type = 'native'
  // Which scopes somebody gets is decided when they ask: a list of a client's own cannot widen or break that.
  delete client.scope
}

/** Whether a client id is the address of a metadata document. */
export function isDocumentUrl(id: unknown): id is string {
  return typeof id === 'string' && id.startsWith('https://')
}

/** Whether a redirect stays on the machine of whoever follows it. */
export function isNative(url: URL): boolean {
  return !/^https?:$/.test(url.protocol) || (url.protocol === 'http:' && isLoopback(url.hostname))
}

function usesCode({ grant_types: grants }: RawClient): boolean {
  return !Array.isArray(grants) || grants.includes('authorization_code')
}

function readRedirects({ redirect_uris: uris }: RawClient): { readonly url: URL }[] {
  if (uris === undefined) return []
  if (!Array.isArray(uris)) refuse('redirect_uris must be an array')
  const list: readonly unknown[] = uris
  if (list.length > maxRedirects) refuse(`redirect_uris must have at most ${maxRedirects} members`)
  return list.map((uri) => {
    if (typeof uri !== 'string' || uri.length > maxUri || !URL.canParse(uri))
      refuse('redirect_uris must only have URLs')
    const url = new URL(String(uri))
    if (url.username || url.password) refuse('redirect_uris must have no user and password')
    if (url.protocol === 'http:' && !isLoopback(url.hostname))
      refuse('redirect_uris must be https, or http on loopback')
    if (forbidden.has(url.protocol)) refuse(`redirect_uris must not use ${url.protocol}`)
    return { url }
  })
}

/** Schemes that a browser would run or read instead of handing over. */
const forbidden = new Set([
  'javascript:',
  'data:',
  'vbscript:',
  'file:',
  'blob:',
  'about:',
  'ftp:',
  'ws:',
  'wss:',
])

function refuse(why: string): never {
  throw new errors.InvalidClientMetadata(why)
}
