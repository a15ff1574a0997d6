import type { HttpOptions } from '../options.ts'
import type { HttpSender } from './exchange.ts'
import { sendByAgent } from './send-agent.ts'
import { sendByFetch } from './send-fetch.ts'

/** The fastest sender there is, unless somebody has given a `fetch` of their own or put one in place of the runtime's. */
export function createSender({ fetch }: Pick<HttpOptions, 'fetch'>): HttpSender {
  if (fetch) return sendByFetch(fetch)
  return (globalThis.fetch === ownFetch && sendByAgent()) || sendByFetch()
}

const ownFetch = globalThis.fetch
