/** Between node:http and the web's Request and Response. */
import type { IncomingMessage, ServerResponse } from 'node:http'

const maxBody = 65_536

/** A form that is too long to be one of ours. */
export class TooLarge extends Error {}

/** What came in, as a web request at `url`. */
export async function toRequest(message: IncomingMessage, url: string): Promise<Request> {
  const headers = new Headers()
  for (const [name, value] of Object.entries(message.headers))
    for (const one of [value ?? []].flat()) headers.append(name, one)
  const method = message.method ?? 'GET'
  const body = method === 'GET' || method === 'HEAD' ? null : await readBody(message)
  return new Request(url, { method, headers, body })
}

/** Writes a web response, and headers that every answer has. */
export async function writeResponse(response: Response, into: ServerResponse): Promise<void> {
  into.statusCode = response.status
  for (const [name, value] of response.headers)
    if (name !== 'set-cookie') into.setHeader(name, value)
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) into.setHeader('set-cookie', cookies)
  into.end(Buffer.from(await response.arrayBuffer()))
}

async function readBody(message: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of message as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > maxBody) throw new TooLarge(`The body has more than ${maxBody} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
