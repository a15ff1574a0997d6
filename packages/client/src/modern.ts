export { connectHttp } from './http/connect-http.ts'
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
export { connectHandler } from './words/connect-handler.ts'
export { ConnectionError, InvalidResponseError, TimeoutError } from './words/error.ts'
export { ToolCallError, type ToolResult } from './words/tool-result.ts'
