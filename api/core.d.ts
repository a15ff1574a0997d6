// @lutra/core

export {
    Annotations,
    AskOptions,
    AudioContent,
    Auth,
    BooleanField,
    Bus,
    CacheHints,
    CacheScope,
    Call,
    CallChanges,
    ChoiceField,
    ChoicesField,
    ClientCapabilities,
    Clock,
    CompileOptions,
    Connection,
    ContentBlock,
    Defer,
    Deferred,
    Discovered,
    ElicitResult,
    ElicitValue,
    EmbeddedResource,
    Era,
    ErrorCode,
    ErrorMessage,
    Extension,
    Extensions,
    Feature,
    Field,
    FieldOption,
    Form,
    FormContent,
    GuardedPolicy,
    Handler,
    HeaderParam,
    HeaderParamError,
    Icon,
    Id,
    ImageContent,
    ImageType,
    Implementation,
    InputMethod,
    InputOf,
    InputRequest,
    InputRequests,
    InputRequiredResult,
    InputResponses,
    Journal,
    JsonSchema,
    LineError,
    LineOptions,
    LineReader,
    Local,
    LogLevel,
    Message,
    Meta,
    MethodFacts,
    Middleware,
    ModelPreferences,
    Notification,
    NotificationMessage,
    NumberField,
    OnError,
    OutputOf,
    Page,
    PageOptions,
    Params,
    Pending,
    Pipe,
    PromptArgument,
    PromptDescription,
    PromptMessage,
    ReadHeader,
    Recorded,
    RequestMessage,
    ResourceContents,
    ResourceDescription,
    ResourceLink,
    ResourceTemplateDescription,
    Result,
    ResultMessage,
    RetryError,
    Root,
    RpcError,
    SampleContent,
    SampleMessage,
    SampleRequest,
    SampleResult,
    SchemaError,
    SchemaIssue,
    SchemaLimits,
    ServerCapabilities,
    SseDecoder,
    SseError,
    SseEvent,
    SseFields,
    SseOptions,
    StandardSchema,
    Store,
    StoreEntry,
    StoreError,
    StoreErrorCode,
    Subscription,
    TaskPolicy,
    TaskSupport,
    TemplateValues,
    TextContent,
    TextField,
    TextFormat,
    ToolAnnotations,
    ToolDescription,
    ToolResultContent,
    ToolUseContent,
    UriTemplate,
    Validate,
    Validated,
    Versioned,
    Violation,
    WriteOptions,
    checkAnswer,
    checkKey,
    checkSampleRequest,
    checkSampleResult,
    checkTtl,
    claimedVersion,
    compileSchema,
    compose,
    createLineReader,
    createMemoryBus,
    createMemoryStore,
    createPending,
    createSseDecoder,
    decodeCursor,
    decodeHeaderValue,
    defaultMaxDepth,
    deferred,
    encodeCursor,
    encodeEvent,
    encodeHeaderValue,
    encodeMessageEvent,
    encodeNotification,
    encodeResult,
    encodeValue,
    errorOf,
    factsOf,
    failure,
    fromBase64Url,
    handedOver,
    headerMismatch,
    idOf,
    imageTypeOf,
    inputRequired,
    invalidCursor,
    invalidParams,
    isEncoded,
    isExtensionId,
    isHandedOver,
    isId,
    isInputRequired,
    isMetaKey,
    isModern,
    isNotification,
    isObject,
    isRequest,
    isReservedKey,
    isResult,
    isStandardSchema,
    joinedPipes,
    keepAlive,
    latestVersion,
    locals,
    logLevels,
    metaKeys,
    methodNotFound,
    methods,
    missingCapability,
    modernVersions,
    notification,
    onAbort,
    optionsOf,
    pageOf,
    paramHeaders,
    parseError,
    parseForm,
    parseJson,
    parseMessage,
    parseTemplate,
    pickAnswer,
    principalOf,
    readCursor,
    readHeaderParams,
    readLines,
    readMeta,
    request,
    requestHeaders,
    safeIcon,
    schemaDialects,
    success,
    taskSupport,
    toBase64Url,
    toForm,
    toJsonSchema,
    toRpcError,
    validateWith,
    verifyHeaders,
    verifyParamHeaders,
    verifyVersion,
    verifyVersionHeader,
    withCall,
    withDefaults,
    withEncoded,
    withEncodedNotification,
    withMeta,
    withSignal,
};

// auth
interface Auth {
    readonly subject: string;
    readonly clientId?: string;
    readonly scopes: readonly string[];
    readonly claims: Readonly<Record<string, unknown>>;
}
declare function principalOf(auth: Auth | undefined): string;

// base64url
declare function toBase64Url(bytes: Uint8Array): string;
declare function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined;

// bus
interface Bus {
    publish(topic: string, message: unknown): Promise<void>;
    subscribe(topic: string, listen: (message: unknown) => void, onGap?: () => void): Subscription;
}
interface Subscription {
    (): void;
    readonly ready?: Promise<void>;
}
declare function createMemoryBus(onError?: (error: unknown) => void): Bus;

// call
type Params = Readonly<Record<string, unknown>>;
interface Call {
    readonly id?: Id | undefined;
    readonly method: string;
    readonly params: Params;
    readonly meta: Meta;
    readonly signal: AbortSignal;
    readonly auth?: Auth | undefined;
    readonly header?: ((name: string) => string | undefined) | undefined;
    readonly defer?: Defer | undefined;
    readonly journal?: Journal | undefined;
    notify(notification: Notification): void;
}
interface Notification {
    readonly method: string;
    readonly params?: Params;
}
interface Result {
    readonly resultType: string;
    readonly _meta?: Readonly<Record<string, unknown>>;
    readonly [key: string]: unknown;
}
type Handler = (call: Call) => Promise<Result>;
type Middleware = (next: Handler) => Handler;
declare function compose(middleware: readonly Middleware[], handler: Handler): Handler;
type CallChanges = Partial<Omit<Call, 'header'>>;
declare function withCall(call: Call, changes: CallChanges): Call;
declare function withSignal(call: Omit<Call, 'signal'>, make: () => AbortSignal, watch?: Watch): Call;
declare function onAbort(call: Call, listen: () => void): void;
type Watch = (listen: () => void) => void;

// connection
type Era = 'modern' | 'legacy';
interface Discovered {
    readonly supportedVersions: readonly string[];
    readonly capabilities: ServerCapabilities;
    readonly instructions?: string;
    readonly serverInfo?: Implementation;
}
interface Connection {
    readonly handler: Handler;
    readonly era: Era;
    readonly protocolVersion: string;
    readonly discovered: Discovered;
    readonly closed: Promise<Error | undefined>;
    close(): Promise<void>;
}

// deferred
interface Deferred<T> {
    readonly promise: Promise<T>;
    readonly resolve: (value: T | PromiseLike<T>) => void;
    readonly reject: (reason: unknown) => void;
}
declare function deferred<T>(): Deferred<T>;

// encode
declare function withEncoded<R extends Result>(result: R, json?: string): R;
declare function isEncoded(result: Result): boolean;
declare function encodeResult(result: Result): string;
declare function withEncodedNotification(told: Notification, json: string): Notification;
declare function encodeNotification(told: Notification): string;

// entry
declare function checkKey(key: string): string;
declare function checkTtl(ttlMs: number | undefined): number | undefined;
declare function encodeValue(value: unknown): string;

// error
declare const ErrorCode: {
    readonly parse: -32700;
    readonly invalidRequest: -32600;
    readonly methodNotFound: -32601;
    readonly invalidParams: -32602;
    readonly internal: -32603;
    readonly headerMismatch: -32020;
    readonly missingCapability: -32021;
    readonly unsupportedVersion: -32022;
};
declare const brand: unique symbol;
declare class RpcError extends Error {
    static [Symbol.hasInstance](value: unknown): value is RpcError;
    get [brand](): true;
    readonly name = "RpcError";
    readonly code: number;
    readonly data?: unknown;
    constructor(message: string, options: {
        code: number;
        data?: unknown;
        cause?: unknown;
    });
}
type OnError = (error: unknown, about: {
    readonly id: string;
    readonly method: string;
}) => void;
declare function toRpcError(reason: unknown, method?: string, onError?: OnError): RpcError;
declare function invalidParams(message: string, data?: unknown): RpcError;
declare function methodNotFound(method: string): RpcError;
declare function missingCapability(requiredCapabilities: Readonly<Record<string, unknown>>): RpcError;

// feature
interface Feature {
    readonly capabilities?: ServerCapabilities;
    readonly methods: Readonly<Record<string, Handler>>;
}
interface Extension {
    readonly id: string;
    readonly settings?: Readonly<Record<string, unknown>>;
    readonly methods?: Readonly<Record<string, Handler>>;
    readonly middleware?: Middleware;
    close?(): Promise<void>;
}

// form
type FormContent = Readonly<Record<string, ElicitValue>>;
declare function toForm(schema: StandardSchema | Readonly<Record<string, unknown>>): Form;
declare function parseForm(value: unknown): Form;
declare function checkAnswer(form: Form, content: unknown): readonly SchemaIssue[];
declare function withDefaults(form: Form, content?: FormContent): FormContent;
declare function pickAnswer(form: Form, content: Readonly<Record<string, unknown>>): FormContent;

// form/field
interface Form {
    readonly type: 'object';
    readonly properties: Readonly<Record<string, Field>>;
    readonly required?: readonly string[];
}
type Field = TextField | NumberField | BooleanField | ChoiceField | ChoicesField;
interface Labels {
    readonly title?: string;
    readonly description?: string;
}
interface TextField extends Labels {
    readonly type: 'string';
    readonly minLength?: number;
    readonly maxLength?: number;
    readonly format?: TextFormat;
    readonly default?: string;
}
type TextFormat = 'email' | 'uri' | 'date' | 'date-time';
interface NumberField extends Labels {
    readonly type: 'number' | 'integer';
    readonly minimum?: number;
    readonly maximum?: number;
    readonly default?: number;
}
interface BooleanField extends Labels {
    readonly type: 'boolean';
    readonly default?: boolean;
}
type ChoiceField = Labels & {
    readonly type: 'string';
    readonly default?: string;
} & ({
    readonly enum: readonly string[]; 
    readonly enumNames?: readonly string[];
} | {
    readonly oneOf: readonly FieldOption[];
});
interface ChoicesField extends Labels {
    readonly type: 'array';
    readonly minItems?: number;
    readonly maxItems?: number;
    readonly items: {
        readonly type: 'string';
        readonly enum: readonly string[];
    } | {
        readonly anyOf: readonly FieldOption[];
    };
    readonly default?: readonly string[];
}
interface FieldOption {
    readonly const: string;
    readonly title: string;
}
declare function optionsOf(field: Field): readonly FieldOption[] | undefined;

// header
type ReadHeader = (name: string) => string | undefined;
declare function requestHeaders(method: string, params: Params, meta: Pick<Meta, 'protocolVersion'>): Record<string, string>;
declare function verifyVersionHeader(header: ReadHeader, version: string): void;
declare function verifyHeaders(header: ReadHeader, method: string, params: Params): void;
declare function headerMismatch(name: string, what: string): RpcError;

// header-params
interface HeaderParam {
    readonly name: string;
    readonly header: string;
    readonly path: readonly string[];
}
declare function paramHeaders(headerParams: readonly HeaderParam[], args: Params): Record<string, string>;
declare function verifyParamHeaders(header: ReadHeader, headerParams: readonly HeaderParam[], args: Params): void;

// header-schema
declare class HeaderParamError extends Error {
    readonly name = "HeaderParamError";
}
declare function readHeaderParams(inputSchema: Params): readonly HeaderParam[];

// header-value
declare function encodeHeaderValue(text: string): string;
declare function decodeHeaderValue(value: string): string | undefined;

// icon
declare function safeIcon(icon: Icon, { origin }?: {
    origin?: string | URL;
}): URL | undefined;
declare function imageTypeOf(bytes: Uint8Array): ImageType | undefined;
type ImageType = 'image/png' | 'image/jpeg' | 'image/webp' | 'image/gif';

// input
type InputMethod = 'elicitation/create' | 'sampling/createMessage' | 'roots/list';
interface InputRequest {
    readonly method: InputMethod;
    readonly params?: Params;
}
type InputRequests = Readonly<Record<string, InputRequest>>;
type InputResponses = Readonly<Record<string, unknown>>;
interface InputRequiredResult extends Result {
    readonly resultType: 'input_required';
    readonly inputRequests?: InputRequests;
    readonly requestState?: string;
}
declare function inputRequired(asked: {
    inputRequests: InputRequests;
    requestState?: string;
} | {
    requestState: string;
}): InputRequiredResult;
declare function isInputRequired(result: {
    readonly resultType?: unknown;
}): result is InputRequiredResult;

// journal
interface Recorded {
    readonly answers: ReadonlyMap<string, unknown>;
    readonly steps: ReadonlyMap<string, unknown>;
}
interface Journal extends Recorded {
    readonly id: string;
    assertCurrent(): void;
    record(key: string, value: unknown): Promise<void>;
}
interface TaskPolicy {
    readonly ttlMs?: number | null;
    readonly timeoutMs?: number;
    readonly retries?: number;
    readonly backoffMs?: number;
    readonly concurrency?: number;
}
interface GuardedPolicy extends TaskPolicy {
    readonly scopes?: readonly string[];
}
interface Defer {
    (recorded: Recorded, policy: GuardedPolicy): Promise<Result>;
    readonly demanded?: boolean;
    readonly guardedBy?: (scopes: readonly string[]) => void;
}
type TaskSupport = 'optional' | 'required';
declare const taskSupport: unique symbol;
declare const handedOver: Result;
declare function isHandedOver(value: {
    readonly resultType?: unknown;
}): boolean;
declare class RetryError extends Error {
    readonly name = "RetryError";
    readonly afterMs?: number;
    constructor(message: string, options?: {
        cause?: unknown;
        afterMs?: number;
    });
}

// json
declare function parseJson(text: string, maxDepth?: number): unknown;
declare function parseError(what: string, cause?: unknown): RpcError;
declare const defaultMaxDepth = 128;

// json-schema
type JsonSchema = boolean | {
    readonly [key: string]: unknown;
};
interface SchemaLimits {
    readonly maxDepth?: number;
    readonly maxSubschemas?: number;
    readonly maxDataDepth?: number;
    readonly maxErrors?: number;
    readonly maxMillis?: number;
    readonly maxPatternLength?: number;
}
declare const schemaDialects: readonly string[];
declare class SchemaError extends Error {
    readonly name = "SchemaError";
}

// json-schema/run
interface Violation {
    readonly path: string;
    readonly keyword: string;
    readonly message: string;
}

// lines
interface LineOptions {
    readonly maxBytes?: number;
    readonly onError?: (error: LineError) => void;
}
declare class LineError extends Error {
    readonly name = "LineError";
}
interface LineReader {
    push(chunk: Uint8Array): void;
    end(): void;
}
declare function createLineReader(onLine: (line: string) => void, options?: LineOptions): LineReader;
declare function readLines(chunks: AsyncIterable<Uint8Array>, options?: LineOptions): AsyncGenerator<string, void, undefined>;

// local
interface Local {
    readonly options: {
        readonly timeoutMs?: number;
        readonly maxTimeoutMs?: number;
    };
    readonly deadline?: Clock;
}
interface Clock {
    readonly timeoutMs: number;
    pause(): () => void;
    lift(all: boolean): void;
    end(): void;
}
declare const locals: WeakMap<AbortSignal, Local>;

// memory-store
declare function createMemoryStore(now?: () => number): Store;

// message
type Id = string | number;
interface RequestMessage {
    readonly jsonrpc: '2.0';
    readonly id: Id;
    readonly method: string;
    readonly params?: Params;
}
interface NotificationMessage {
    readonly jsonrpc: '2.0';
    readonly method: string;
    readonly params?: Params;
}
interface ResultMessage {
    readonly jsonrpc: '2.0';
    readonly id: Id;
    readonly result: Readonly<Record<string, unknown>>;
}
interface ErrorMessage {
    readonly jsonrpc: '2.0';
    readonly id?: Id;
    readonly error: {
        readonly code: number;
        readonly message: string;
        readonly data?: unknown;
    };
}
type Message = RequestMessage | NotificationMessage | ResultMessage | ErrorMessage;
declare function parseMessage(value: unknown): Message;
declare function idOf(value: unknown): Id | undefined;
declare function isRequest(message: Message): message is RequestMessage;
declare function isNotification(message: Message): message is NotificationMessage;
declare function isObject(value: unknown): value is Record<string, unknown>;
declare function isId(value: unknown): value is Id;
declare function request(id: Id, method: string, params: Params): RequestMessage;
declare function notification({ method, params }: Notification): NotificationMessage;
declare function success(id: Id, result: Readonly<Record<string, unknown>>): ResultMessage;
declare function failure(id: Id | undefined, error: RpcError): ErrorMessage;

// meta
interface Meta {
    readonly protocolVersion: string;
    readonly clientCapabilities: ClientCapabilities;
    readonly clientInfo?: Implementation;
    readonly logLevel?: LogLevel;
    readonly progressToken?: string | number;
    readonly traceparent?: string;
    readonly tracestate?: string;
    readonly baggage?: string;
}
declare const metaKeys: {
    readonly protocolVersion: "io.modelcontextprotocol/protocolVersion";
    readonly clientCapabilities: "io.modelcontextprotocol/clientCapabilities";
    readonly clientInfo: "io.modelcontextprotocol/clientInfo";
    readonly logLevel: "io.modelcontextprotocol/logLevel";
    readonly serverInfo: "io.modelcontextprotocol/serverInfo";
    readonly subscriptionId: "io.modelcontextprotocol/subscriptionId";
};
declare function claimedVersion(params: Params | undefined): string | undefined;
declare function readMeta(params: Params | undefined): Meta;
declare function withMeta(params: Params, meta: Meta): Params;

// meta-key
declare function isMetaKey(key: string): boolean;
declare function isReservedKey(key: string): boolean;
declare function isExtensionId(id: string): boolean;

// method
interface MethodFacts {
    readonly name?: 'name' | 'uri' | 'taskId';
    readonly cached?: true;
    readonly paged?: 'tools' | 'prompts' | 'resources' | 'resourceTemplates';
    readonly input?: true;
    readonly capability?: 'tools' | 'prompts' | 'resources' | 'completions';
    readonly safe?: true;
}
declare const methods: ReadonlyMap<string, MethodFacts>;
declare function factsOf(method: string): MethodFacts;

// page
declare function encodeCursor(key: string): string;
declare function decodeCursor(cursor: string): string;
declare function readCursor(params: Readonly<Record<string, unknown>>): string | undefined;
interface PageOptions<T> {
    readonly after: string | undefined;
    readonly size: number;
    readonly keyOf: (item: T) => string;
}
interface Page<T> {
    readonly items: readonly T[];
    readonly next?: string;
}
declare function pageOf<T>(all: readonly T[], { after, size, keyOf }: PageOptions<T>): Page<T>;
declare function invalidCursor(): import("./error.ts").RpcError;

// pending
interface AskOptions {
    readonly signal?: AbortSignal | undefined;
    readonly cancel?: boolean;
}
interface Pending {
    ask(method: string, params: Params | ((id: Id) => Params), options?: AskOptions): Promise<Readonly<Record<string, unknown>>>;
    settle(message: ResultMessage | ErrorMessage): boolean;
    fail(reason: unknown, id?: Id): void;
    readonly size: number;
}
declare function createPending(send: (message: Message) => Promise<void> | void): Pending;
declare function isResult(message: Message): message is ResultMessage;
declare function errorOf({ error }: ErrorMessage, cause?: unknown): RpcError;

// pipe
interface Pipe {
    readonly incoming: AsyncIterable<Message>;
    send(message: Message): Promise<void> | void;
    close(): Promise<void> | void;
}
declare function joinedPipes(): [Pipe, Pipe];

// sampling
interface SampleRequest {
    readonly messages: readonly SampleMessage[];
    readonly maxTokens: number;
    readonly systemPrompt?: string;
    readonly temperature?: number;
    readonly stopSequences?: readonly string[];
    readonly modelPreferences?: ModelPreferences;
    readonly metadata?: Readonly<Record<string, unknown>>;
    readonly tools?: readonly ToolDescription[];
    readonly toolChoice?: {
        readonly mode?: 'auto' | 'none' | 'required';
    };
    readonly includeContext?: 'none' | 'thisServer' | 'allServers';
}
interface ModelPreferences {
    readonly hints?: readonly {
        readonly name?: string;
    }[];
    readonly costPriority?: number;
    readonly speedPriority?: number;
    readonly intelligencePriority?: number;
}
interface SampleMessage {
    readonly role: 'user' | 'assistant';
    readonly content: SampleContent | readonly SampleContent[];
    readonly _meta?: Readonly<Record<string, unknown>>;
}
type SampleContent = TextContent | ImageContent | AudioContent | ToolUseContent | ToolResultContent;
interface ToolUseContent {
    readonly type: 'tool_use';
    readonly id: string;
    readonly name: string;
    readonly input: Readonly<Record<string, unknown>>;
    readonly _meta?: Readonly<Record<string, unknown>>;
}
interface ToolResultContent {
    readonly type: 'tool_result';
    readonly toolUseId: string;
    readonly content: readonly ContentBlock[];
    readonly structuredContent?: unknown;
    readonly isError?: boolean;
    readonly _meta?: Readonly<Record<string, unknown>>;
}
interface SampleResult extends SampleMessage {
    readonly model: string;
    readonly stopReason?: string;
}
declare function checkSampleRequest(value: unknown): string | undefined;
declare function checkSampleResult(value: unknown, request?: SampleRequest): string | undefined;

// shapes
type LogLevel = (typeof logLevels)[number];
declare const logLevels: readonly ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'];
type Extensions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
interface ClientCapabilities {
    readonly experimental?: Readonly<Record<string, unknown>>;
    readonly roots?: Readonly<Record<string, unknown>>;
    readonly sampling?: {
        readonly context?: object;
        readonly tools?: object;
    };
    readonly elicitation?: {
        readonly form?: object;
        readonly url?: object;
    };
    readonly extensions?: Extensions;
    readonly [other: string]: unknown;
}
interface ServerCapabilities {
    readonly experimental?: Readonly<Record<string, unknown>>;
    readonly logging?: Readonly<Record<string, unknown>>;
    readonly completions?: Readonly<Record<string, unknown>>;
    readonly prompts?: {
        readonly listChanged?: boolean;
    };
    readonly resources?: {
        readonly subscribe?: boolean;
        readonly listChanged?: boolean;
    };
    readonly tools?: {
        readonly listChanged?: boolean;
    };
    readonly extensions?: Extensions;
    readonly [other: string]: unknown;
}
interface Icon {
    readonly src: string;
    readonly mimeType?: string;
    readonly sizes?: readonly string[];
    readonly theme?: 'light' | 'dark';
}
interface Implementation {
    readonly name: string;
    readonly version: string;
    readonly title?: string;
    readonly description?: string;
    readonly websiteUrl?: string;
    readonly icons?: readonly Icon[];
}
interface Annotations {
    readonly audience?: readonly ('user' | 'assistant')[];
    readonly priority?: number;
    readonly lastModified?: string;
}
interface Block {
    readonly annotations?: Annotations;
    readonly _meta?: Readonly<Record<string, unknown>>;
}
interface TextContent extends Block {
    readonly type: 'text';
    readonly text: string;
}
interface ImageContent extends Block {
    readonly type: 'image';
    readonly data: string;
    readonly mimeType: string;
}
interface AudioContent extends Block {
    readonly type: 'audio';
    readonly data: string;
    readonly mimeType: string;
}
interface ResourceLink extends ResourceDescription {
    readonly type: 'resource_link';
}
interface EmbeddedResource extends Block {
    readonly type: 'resource';
    readonly resource: ResourceContents;
}
type ContentBlock = TextContent | ImageContent | AudioContent | ResourceLink | EmbeddedResource;
type ResourceContents = {
    readonly uri: string;
    readonly mimeType?: string;
    readonly _meta?: Readonly<Record<string, unknown>>;
} & ({
    readonly text: string;
} | {
    readonly blob: string;
});
interface ResourceDescription extends Block {
    readonly uri: string;
    readonly name: string;
    readonly title?: string;
    readonly description?: string;
    readonly mimeType?: string;
    readonly size?: number;
    readonly icons?: readonly Icon[];
}
interface ResourceTemplateDescription extends Block {
    readonly uriTemplate: string;
    readonly name: string;
    readonly title?: string;
    readonly description?: string;
    readonly mimeType?: string;
    readonly icons?: readonly Icon[];
}
interface ToolAnnotations {
    readonly title?: string;
    readonly readOnlyHint?: boolean;
    readonly destructiveHint?: boolean;
    readonly idempotentHint?: boolean;
    readonly openWorldHint?: boolean;
}
interface ToolDescription {
    readonly [taskSupport]?: TaskSupport;
    readonly name: string;
    readonly title?: string;
    readonly description?: string;
    readonly inputSchema: Readonly<Record<string, unknown>>;
    readonly outputSchema?: Readonly<Record<string, unknown>>;
    readonly annotations?: ToolAnnotations;
    readonly icons?: readonly Icon[];
    readonly _meta?: Readonly<Record<string, unknown>>;
}
interface PromptArgument {
    readonly name: string;
    readonly title?: string;
    readonly description?: string;
    readonly required?: boolean;
}
interface PromptDescription {
    readonly name: string;
    readonly title?: string;
    readonly description?: string;
    readonly arguments?: readonly PromptArgument[];
    readonly icons?: readonly Icon[];
    readonly _meta?: Readonly<Record<string, unknown>>;
}
interface PromptMessage {
    readonly role: 'user' | 'assistant';
    readonly content: ContentBlock;
}
type CacheScope = 'public' | 'private';
interface CacheHints {
    readonly ttlMs: number;
    readonly cacheScope: CacheScope;
}
type ElicitResult = {
    readonly action: 'accept';
    readonly content?: Readonly<Record<string, ElicitValue>>;
} | {
    readonly action: 'decline' | 'cancel';
};
type ElicitValue = string | number | boolean | readonly string[];
interface Root {
    readonly uri: string;
    readonly name?: string;
    readonly _meta?: Readonly<Record<string, unknown>>;
}

// sse-decode
interface SseEvent {
    readonly event: string;
    readonly data: string;
    readonly id?: string;
    readonly retry?: number;
}
interface SseOptions {
    readonly maxBytes?: number;
}
declare class SseError extends Error {
    readonly name = "SseError";
}
interface SseDecoder {
    readonly id: string | undefined;
    readonly retry: number | undefined;
    push(chunk: Uint8Array | string): readonly SseEvent[];
}
declare function createSseDecoder(options?: SseOptions): SseDecoder;

// sse-encode
interface SseFields {
    readonly data: string;
    readonly event?: string;
    readonly id?: string;
    readonly retry?: number;
}
declare function encodeEvent({ data, event, id, retry }: SseFields): string;
declare function encodeMessageEvent(json: string): string;
declare const keepAlive = ":\n\n";

// standard-schema
interface StandardSchema<Input = unknown, Output = Input> {
    readonly '~standard': {
        readonly version: 1;
        readonly vendor: string;
        readonly types?: {
            readonly input: Input;
            readonly output: Output;
        } | undefined;
        readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
        readonly jsonSchema?: {
            readonly input: (options: {
                readonly target: string;
            }) => Record<string, unknown>;
            readonly output: (options: {
                readonly target: string;
            }) => Record<string, unknown>;
        };
    };
}
type StandardResult<Output> = {
    readonly value: Output;
    readonly issues?: undefined;
} | {
    readonly issues: readonly StandardIssue[];
};
interface StandardIssue {
    readonly message: string;
    readonly path?: readonly (PropertyKey | {
        readonly key: PropertyKey;
    })[] | undefined;
}
type InputOf<S extends StandardSchema> = NonNullable<S['~standard']['types']>['input'];
type OutputOf<S extends StandardSchema> = NonNullable<S['~standard']['types']>['output'];
declare function isStandardSchema(value: unknown): value is StandardSchema;
declare function toJsonSchema(schema: StandardSchema | Readonly<Record<string, unknown>>, direction: 'input' | 'output'): Readonly<Record<string, unknown>>;
interface SchemaIssue {
    readonly path: string;
    readonly message: string;
}
type Validated<T> = {
    readonly value: T;
    readonly issues?: undefined;
} | {
    readonly issues: readonly SchemaIssue[];
};
declare function validateWith<Output>(schema: StandardSchema<unknown, Output>, value: unknown): Validated<Output> | Promise<Validated<Output>>;

// store
interface Versioned {
    readonly value: unknown;
    readonly version: string;
    readonly unreadable?: StoreError;
}
interface WriteOptions {
    readonly ttlMs?: number;
    readonly ifVersion?: string | null;
    readonly secret?: boolean;
}
interface StoreEntry extends Versioned {
    readonly key: string;
}
interface Store {
    readonly keepsSecrets?: boolean;
    get(key: string): Promise<Versioned | undefined>;
    getMany(keys: readonly string[]): Promise<readonly (Versioned | undefined)[]>;
    set(key: string, value: unknown, options?: WriteOptions): Promise<string | undefined>;
    delete(key: string, options?: {
        readonly ifVersion?: string;
    }): Promise<boolean>;
    list(prefix: string, options?: {
        readonly after?: string;
        readonly limit?: number;
    }): Promise<readonly StoreEntry[]>;
}

// store-error
type StoreErrorCode = 'unavailable' | 'full' | 'invalid' | 'unreadable';
declare class StoreError extends Error {
    readonly name = "StoreError";
    readonly code: StoreErrorCode;
    constructor(message: string, { code, cause }: {
        code: StoreErrorCode;
        cause?: unknown;
    });
}

// uri-template
type TemplateValues = Readonly<Record<string, unknown>>;
interface UriTemplate {
    readonly template: string;
    readonly names: readonly string[];
    expand(values: TemplateValues): string;
    match(uri: string): Readonly<Record<string, string | readonly string[]>> | undefined;
}
declare function parseTemplate(template: string): UriTemplate;

// validate
type Validate = (value: unknown) => readonly Violation[];
interface CompileOptions extends SchemaLimits {
    readonly formats?: boolean;
    readonly documents?: ReadonlyMap<string, JsonSchema>;
}
declare function compileSchema(schema: JsonSchema, options?: CompileOptions): Validate;

// version
declare const modernVersions: readonly string[];
declare const latestVersion = "2026-07-28";
declare function isModern(version: string | undefined): boolean;
declare function verifyVersion(requested: string, supported?: readonly string[]): void;
