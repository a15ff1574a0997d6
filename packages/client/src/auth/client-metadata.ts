/** See /specification/2026-07-28/basic/authorization#client-id-metadata-documents */
import { isLoopback } from '../http/loopback.ts'
import { isRedirectUri, redirectUriAdvice } from './code-request.ts'
import { assertIdentity } from './register.ts'

export interface ClientMetadataOptions {
  /** Where the document will be: the id of the client, to the letter. */
  readonly url: string
  /** What people are told that the client is. */
  readonly name: string
  /** Where people come back to. For `browser()`: `http://127.0.0.1/callback`, whose port is left open. */
  readonly redirectUris: readonly string[]
  readonly homepage?: string
  readonly logo?: string
}

/** The metadata document of a client, to be served as JSON at its URL: for authorization servers that read such documents. */
export function clientMetadata(
  options: ClientMetadataOptions,
): Readonly<Record<string, string | readonly string[]>> {
  const { url, name, redirectUris, homepage, logo } = options
  assertIdentity({ metadataUrl: url })
  if (name.trim() === '') throw new TypeError('A client needs a name for people to know it by')
  if (redirectUris.length === 0 || !redirectUris.every(isRedirectUri)) {
    throw new TypeError(redirectUriAdvice)
  }
  const native = redirectUris.every((uri) => isLoopback(new URL(uri).hostname))
  return {
    client_id: url,
    client_name: name,
    redirect_uris: redirectUris,
    application_type: native ? 'native' : 'web',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    ...(homepage !== undefined && { client_uri: homepage }),
    ...(logo !== undefined && { logo_uri: logo }),
  }
}
