// @lutra/core

export {
    Annotations,
    AudioContent,
    Auth,
    Bus,
    CacheHints,
    CacheScope,
    Call,
    CallChanges,
    ClientCapabilities,
    Connection,
    ContentBlock,
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
    Handler,
    Icon,
    Id,
    ImageContent,
    Implementation,
    InputMethod,
    InputRequest,
    InputRequests,
    InputRequiredResult,
    InputResponses,
    LogLevel,
    Message,
    Meta,
    MethodFacts,
    Middleware,
    Notification,
    NotificationMessage,
    OnError,
    Params,
    Pipe,
    PromptArgument,
    PromptDescription,
    PromptMessage,
    RequestMessage,
    ResourceContents,
    ResourceDescription,
    ResourceLink,
    ResourceTemplateDescription,
    Result,
    ResultMessage,
    Root,
    RpcError,
    ServerCapabilities,
    Store,
    StoreEntry,
    TextContent,
    ToolAnnotations,
    ToolDescription,
    Versioned,
    WriteOptions,
    claimedVersion,
    compose,
    createMemoryBus,
    createMemoryStore,
    deferred,
    encodeResult,
    factsOf,
    failure,
    idOf,
    inputRequired,
    invalidParams,
    isId,
    isInputRequired,
    isModern,
    isNotification,
    isObject,
    isRequest,
    joinedPipes,
    latestVersion,
    logLevels,
    metaKeys,
    methodNotFound,
    methods,
    missingCapability,
    modernVersions,
    notification,
    parseMessage,
    principalOf,
    readMeta,
    request,
    success,
    toRpcError,
    verifyVersion,
    withCall,
    withEncoded,
    withMeta,
};

// auth
interface Auth {
    readonly subject: string;
    readonly clientId?: string;
    readonly scopes: readonly string[];
    readonly claims: Readonly<Record<string, unknown>>;
}
declare function principalOf(auth: Auth | undefined): string;

// bus
interface Bus {
    publish(topic: string, message: unknown): Promise<void>;
    subscribe(topic: string, listen: (message: unknown) => void): () => void;
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
declare function encodeResult(result: Result): string;

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
declare class RpcError extends Error {
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
}

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

// pipe
interface Pipe {
    readonly incoming: AsyncIterable<Message>;
    send(message: Message): Promise<void> | void;
    close(): Promise<void> | void;
}
declare function joinedPipes(): [Pipe, Pipe];

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

// store
interface Versioned {
    readonly value: unknown;
    readonly version: string;
}
interface WriteOptions {
    readonly ttlMs?: number;
    readonly ifVersion?: string | null;
}
interface StoreEntry extends Versioned {
    readonly key: string;
}
interface Store {
    get(key: string): Promise<Versioned | undefined>;
    set(key: string, value: unknown, options?: WriteOptions): Promise<string | undefined>;
    delete(key: string, options?: {
        readonly ifVersion?: string;
    }): Promise<boolean>;
    list(prefix: string, options?: {
        readonly after?: string;
        readonly limit?: number;
    }): Promise<readonly StoreEntry[]>;
}

// version
declare const modernVersions: readonly string[];
declare const latestVersion = "2026-07-28";
declare function isModern(version: string | undefined): boolean;
declare function verifyVersion(requested: string, supported?: readonly string[]): void;
