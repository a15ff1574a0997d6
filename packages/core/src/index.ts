export { type Auth, principalOf } from './auth.ts'
export { fromBase64Url, toBase64Url } from './base64url.ts'
export { type Bus, createMemoryBus, type Subscription } from './bus.ts'
export {
  type Call,
  type CallChanges,
  compose,
  type Handler,
  type Middleware,
  type Notification,
  onAbort,
  type Params,
  type Result,
  withCall,
  withSignal,
} from './call.ts'
export type { Connection, Discovered, Era } from './connection.ts'
export { type Deferred, deferred } from './deferred.ts'
export {
  encodeNotification,
  encodeResult,
  isEncoded,
  withEncoded,
  withEncodedNotification,
} from './encode.ts'
export { checkKey, checkTtl, encodeValue } from './entry.ts'
export {
  ErrorCode,
  invalidParams,
  methodNotFound,
  missingCapability,
  type OnError,
  RpcError,
  toRpcError,
} from './error.ts'
export type { Extension, Feature } from './feature.ts'
export {
  type BooleanField,
  type ChoiceField,
  type ChoicesField,
  type Field,
  type FieldOption,
  type Form,
  type NumberField,
  optionsOf,
  type TextField,
  type TextFormat,
} from './form/field.ts'
export {
  checkAnswer,
  type FormContent,
  parseForm,
  pickAnswer,
  toForm,
  withDefaults,
} from './form.ts'
export {
  headerMismatch,
  type ReadHeader,
  requestHeaders,
  verifyHeaders,
  verifyVersionHeader,
} from './header.ts'
export { type HeaderParam, paramHeaders, verifyParamHeaders } from './header-params.ts'
export { HeaderParamError, readHeaderParams } from './header-schema.ts'
export { decodeHeaderValue, encodeHeaderValue } from './header-value.ts'
export { type ImageType, imageTypeOf, safeIcon } from './icon.ts'
export {
  type InputMethod,
  type InputRequest,
  type InputRequests,
  type InputRequiredResult,
  type InputResponses,
  inputRequired,
  isInputRequired,
} from './input.ts'
export {
  type Defer,
  type GuardedPolicy,
  handedOver,
  isHandedOver,
  type Journal,
  type Recorded,
  RetryError,
  type TaskPolicy,
  type TaskSupport,
  taskSupport,
} from './journal.ts'
export { defaultMaxDepth, parseError, parseJson } from './json.ts'
export {
  type JsonSchema,
  SchemaError,
  type SchemaLimits,
  schemaDialects,
} from './json-schema.ts'
export {
  createLineReader,
  LineError,
  type LineOptions,
  type LineReader,
  readLines,
} from './lines.ts'
export { type Clock, type Local, locals } from './local.ts'
export { createMemoryStore } from './memory-store.ts'
export {
  type ErrorMessage,
  failure,
  type Id,
  idOf,
  isId,
  isNotification,
  isObject,
  isRequest,
  type Message,
  type NotificationMessage,
  notification,
  parseMessage,
  type RequestMessage,
  type ResultMessage,
  request,
  success,
} from './message.ts'
export { claimedVersion, type Meta, metaKeys, readMeta, withMeta } from './meta.ts'
export { isExtensionId, isMetaKey, isReservedKey } from './meta-key.ts'
export { factsOf, type MethodFacts, methods } from './method.ts'
export {
  decodeCursor,
  encodeCursor,
  invalidCursor,
  type Page,
  type PageOptions,
  pageOf,
  readCursor,
} from './page.ts'
export { type AskOptions, createPending, errorOf, isResult, type Pending } from './pending.ts'
export { joinedPipes, type Pipe } from './pipe.ts'
export {
  checkSampleRequest,
  checkSampleResult,
  type ModelPreferences,
  type SampleContent,
  type SampleMessage,
  type SampleRequest,
  type SampleResult,
  type ToolResultContent,
  type ToolUseContent,
} from './sampling.ts'
export {
  type Annotations,
  type AudioContent,
  type CacheHints,
  type CacheScope,
  type ClientCapabilities,
  type ContentBlock,
  type ElicitResult,
  type ElicitValue,
  type EmbeddedResource,
  type Extensions,
  type Icon,
  type ImageContent,
  type Implementation,
  type LogLevel,
  logLevels,
  type PromptArgument,
  type PromptDescription,
  type PromptMessage,
  type ResourceContents,
  type ResourceDescription,
  type ResourceLink,
  type ResourceTemplateDescription,
  type Root,
  type ServerCapabilities,
  type TextContent,
  type ToolAnnotations,
  type ToolDescription,
} from './shapes.ts'
export {
  createSseDecoder,
  type SseDecoder,
  SseError,
  type SseEvent,
  type SseOptions,
} from './sse-decode.ts'
export { encodeEvent, encodeMessageEvent, keepAlive, type SseFields } from './sse-encode.ts'
export {
  type InputOf,
  isStandardSchema,
  type OutputOf,
  type SchemaIssue,
  type StandardSchema,
  toJsonSchema,
  type Validated,
  validateWith,
} from './standard-schema.ts'
export type { Store, StoreEntry, Versioned, WriteOptions } from './store.ts'
export { StoreError, type StoreErrorCode } from './store-error.ts'
export { parseTemplate, type TemplateValues, type UriTemplate } from './uri-template.ts'
export { type CompileOptions, compileSchema, type Validate, type Violation } from './validate.ts'
export { isModern, latestVersion, modernVersions, verifyVersion } from './version.ts'
