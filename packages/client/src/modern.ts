/** A client of 2026-07-28 and later alone, over whatever fetches: the small bundle. */
import type { Connection } from '@lutra/core'
import { connectHttp as connectBy } from './http/connect-http.ts'
import { sendByFetch } from './http/send-fetch.ts'
import type { HttpOptions } from './options.ts'

/** Connects to a modern server over Streamable HTTP. `connectHttp` of `@lutra/client/connect-http` is faster on Node.js. */
export function connectHttp(url: string | URL, options: HttpOptions = {}): Promise<Connection> {
  return connectBy(url, options, sendByFetch(options.fetch))
}

export { HttpError } from './http/http-error.ts'
export type { Answers, FormQuestion, QuestionContext, UrlQuestion } from './middleware/answers.ts'
export type {
  CallOptions,
  ConnectOptions,
  HttpOptions,
  LogEntry,
  PlainClientOptions as ClientOptions,
  Progress,
} from './options.ts'
export { type Client, createPlainClient as createClient } from './words/client.ts'
export { ConnectionError, InvalidResponseError, TimeoutError } from './words/error.ts'
export { ToolCallError, type ToolResult } from './words/tool-result.ts'
