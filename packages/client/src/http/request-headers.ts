import type { HttpOptions } from '../options.ts'

/** Makes the headers that a user wants on requests, by lowercase name: their own, and the token. */
export function userHeaders({
  headers,
  token,
}: Pick<HttpOptions, 'headers' | 'token'>): () => Promise<Headers> {
  const fixed = typeof headers === 'function' ? undefined : lowercase(headers)
  return async () => {
    const own = fixed ?? (typeof headers === 'function' ? lowercase(await headers()) : {})
    return withToken(own, typeof token === 'function' ? await token() : token)
  }
}

type Headers = Readonly<Record<string, string>>

/** Headers by their lowercase names, so that two spellings of one cannot both be sent. */
export function lowercase(headers: Headers = {}): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
}

function withToken(headers: Headers, token: string | undefined): Headers {
  return token === undefined ? headers : { ...headers, authorization: `Bearer ${token}` }
}
