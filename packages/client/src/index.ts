export { HttpError } from './http/http-error.ts'
export { type AnswerInputsOptions, answerInputs } from './middleware/answer-inputs.ts'
export type {
  Answers,
  FormQuestion,
  QuestionContext,
  UrlQuestion,
} from './middleware/answers.ts'
export { type CacheOptions, cache } from './middleware/cache.ts'
export { type FillForm, fillForm } from './middleware/fill-form.ts'
export {
  type CachedResult,
  createResponseCache,
  type ResponseCache,
  type ResponseCacheOptions,
} from './middleware/response-cache.ts'
export { type RetryOptions, retry } from './middleware/retry.ts'
export { type RunSample, runSample } from './middleware/run-sample.ts'
export {
  type CompileSchema,
  type ValidateOutputOptions,
  validateOutput,
} from './middleware/validate-output.ts'
export type {
  CallOptions,
  ClientOptions,
  ConnectOptions,
  HttpOptions,
  IdentityOptions,
  LogEntry,
  Progress,
} from './options.ts'
export { connectPipe } from './pipe/connect-pipe.ts'
export type { Client } from './words/client.ts'
export type { Completion, CompletionRequest } from './words/completion.ts'
export { connectHandler } from './words/connect-handler.ts'
export { createClient } from './words/create-client.ts'
export { ConnectionError, InvalidResponseError, TimeoutError } from './words/error.ts'
export type { Change, ListenFilter, ListenOptions, Subscription } from './words/listen.ts'
export type { Listed, ListKind, Page } from './words/lists.ts'
export type { PromptResult } from './words/prompt-result.ts'
export type { ResourceResult } from './words/resource-result.ts'
export { ToolCallError, type ToolResult } from './words/tool-result.ts'
export type {
  CallByName,
  Flat,
  PromptCall,
  PromptCalls,
  ToolCall,
  ToolCalls,
} from './words/types.ts'
