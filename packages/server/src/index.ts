export { createSeal, type Keys, type Seal, SealError, type SealOptions } from '@lutra/core/seal'
export type { Answer, ContentOf, FormSchema, UrlAnswer } from './ask/answers.ts'
export type { Asking, AskingSettings, AskOptions } from './ask/asking.ts'
export { elicit, elicitUrl, listRoots, sample } from './ask/requests.ts'
export type { Responses } from './ask/responses.ts'
export { isSuspended } from './ask/suspended.ts'
export type { Completer, Completers, CompletionContext, Completions } from './completer.ts'
export {
  audio,
  type BlockOptions,
  type Content,
  embed,
  image,
  link,
  ToolError,
  type ToolResult,
  text,
} from './content.ts'
export type { Context, Log, Trace } from './context.ts'
export { createServer } from './create-server.ts'
export type { Described, InputSchema } from './definition.ts'
export { fromJsonSchema } from './from-json-schema.ts'
export { type ContextOf, type Kit, kit } from './kit.ts'
export { type RateLimitOptions, rateLimit, rateLimited } from './middleware/rate-limit.ts'
export { type Prompt, type PromptReply, type PromptSpec, prompt } from './prompt.ts'
export {
  type ListedResource,
  type ParamsOf,
  type Resource,
  type ResourceReply,
  type ResourceSpec,
  resource,
} from './resource.ts'
export type {
  Definition,
  Limits,
  Logger,
  Notify,
  Servable,
  Server,
  ServerOptions,
  Shared,
} from './server-types.ts'
export { type Tool, type ToolHints, type ToolReply, type ToolSpec, tool } from './tool.ts'
export type { Next, Step, UsedFeature } from './use.ts'
