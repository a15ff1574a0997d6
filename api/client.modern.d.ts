// @lutra/client/modern

export {
    Answers,
    CallOptions,
    Client,
    ClientOptions,
    ConnectOptions,
    ConnectionError,
    FormQuestion,
    HttpError,
    HttpOptions,
    InvalidResponseError,
    LogEntry,
    Progress,
    QuestionContext,
    TimeoutError,
    ToolCallError,
    ToolResult,
    UrlQuestion,
    connectHttp,
    createClient,
};

// http/authorizer
interface Departure {
    readonly method: string;
    readonly url: URL;
    readonly operation?: string | undefined;
    readonly signal?: AbortSignal | undefined;
}
interface Arrival {
    readonly status: number;
    header(name: string): string | undefined;
}
interface Authorizer {
    headers(departure: Departure): MaybePromise<Readonly<Record<string, string>>>;
    arrived(arrival: Arrival, departure: Departure, attempt: number): MaybePromise<boolean>;
}
interface AuthorizerContext {
    readonly server: URL;
    readonly fetch?: typeof globalThis.fetch | undefined;
    readonly warn: (message: string) => void;
}
interface Authorized {
    readonly authorizer: Authorizer;
    through(sender: HttpSender): HttpSender;
    timed(handler: Handler): Handler;
    watch(clock: Clock): () => void;
}
interface Clock {
    pause(): () => void;
}
type WayIn = (context: AuthorizerContext) => Authorized;

// http/exchange
interface HttpRequest {
    readonly method: 'POST' | 'GET' | 'DELETE';
    readonly url: URL;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly signal: AbortSignal;
}
interface HttpResponse {
    readonly status: number;
    header(name: string): string | undefined;
    text(maxBytes: number): Promise<string>;
    chunks(): AsyncIterable<Uint8Array>;
    discard(): void;
}
interface HttpSender {
    send(request: HttpRequest): Promise<HttpResponse>;
    close(): void;
}

// http/http-error
declare class HttpError extends Error {
    readonly name = "HttpError";
    readonly status: number;
    readonly excerpt: string;
    readonly wwwAuthenticate?: string;
    readonly retryAfterMs?: number;
    constructor(message: string, about: {
        status: number;
        excerpt?: string;
        wwwAuthenticate?: string | undefined;
        retryAfterMs?: number | undefined;
    });
}

// middleware/answers
interface QuestionContext {
    readonly key: string;
    readonly method: string;
    readonly name?: string;
    readonly server?: Implementation;
    readonly signal: AbortSignal;
}
interface FormQuestion {
    readonly message: string;
    readonly form: Form;
    readonly initial: FormContent;
}
interface UrlQuestion {
    readonly message: string;
    readonly url: URL;
}
interface Answers {
    readonly elicit?: (question: FormQuestion, about: QuestionContext) => MaybePromise<ElicitResult>;
    readonly elicitUrl?: (question: UrlQuestion, about: QuestionContext) => MaybePromise<{
        readonly action: ElicitResult['action'];
    }>;
    readonly sample?: (request: SampleRequest, about: QuestionContext) => MaybePromise<SampleResult>;
    readonly roots?: readonly Root[] | ((about: QuestionContext) => MaybePromise<readonly Root[]>);
}

// middleware/cache
interface CacheOptions {
    readonly maxEntries?: number;
    readonly maxLength?: number;
    readonly maxTtlMs?: number;
    readonly staleOnError?: boolean;
    readonly shared?: ResponseCache;
    readonly server?: string;
    readonly principal?: string | (() => string);
}

// middleware/fill-form
type FillForm = (params: Params, about: QuestionContext, elicit: NonNullable<Answers['elicit']>) => Promise<ElicitResult>;

// middleware/response-cache
interface CachedResult {
    readonly server: string;
    readonly method: string;
    readonly uri?: string;
    readonly result: Result;
}
interface ResponseCache {
    readonly generation: number;
    get(key: string): {
        readonly result: Result;
        readonly fresh: boolean;
    } | undefined;
    set(key: string, entry: CachedResult, ttlMs: number): void;
    drop(server: string, methods?: readonly string[], uri?: unknown): void;
}

// middleware/run-sample
type RunSample = (params: Params, about: QuestionContext, sample: NonNullable<Answers['sample']>) => Promise<SampleResult>;

// middleware/validate-output
type Validate = (value: unknown) => readonly {
    readonly path: string;
    readonly message: string;
}[];
type CompileSchema = (schema: JsonSchema) => Validate;

// modern
declare function connectHttp(url: string | URL, options?: HttpOptions): Promise<Connection>;

// options
interface IdentityOptions {
    readonly info?: Implementation;
    readonly answer?: Answers;
    readonly extensions?: readonly Extension[];
    readonly capabilities?: ClientCapabilities;
    readonly onWarning?: (message: string) => void;
}
interface ConnectOptions extends IdentityOptions {
    readonly signal?: AbortSignal;
    readonly timeoutMs?: number;
    readonly prior?: {
        readonly protocolVersion: string;
        readonly discovered: Discovered;
    };
}
interface HttpOptions extends ConnectOptions {
    readonly fetch?: typeof globalThis.fetch;
    readonly headers?: Readonly<Record<string, string>> | (() => MaybePromise<Record<string, string>>);
    readonly auth?: WayIn;
    readonly token?: string | (() => MaybePromise<string | undefined>);
    readonly maxResponseBytes?: number;
}
interface ClientOptions extends IdentityOptions {
    readonly timeoutMs?: number;
    readonly maxTimeoutMs?: number;
    readonly cache?: CacheOptions | false;
    readonly middleware?: readonly Middleware[];
    readonly retries?: number;
    readonly maxRounds?: number;
    readonly maxPages?: number;
    readonly compile?: CompileSchema | false;
    readonly forms?: FillForm;
    readonly samples?: RunSample;
    readonly logLevel?: LogLevel;
    readonly onLog?: (entry: LogEntry) => void;
}
type PlainClientOptions = Omit<ClientOptions, 'compile'>;
interface CallOptions {
    readonly signal?: AbortSignal;
    readonly timeoutMs?: number;
    readonly maxTimeoutMs?: number;
    readonly onProgress?: (progress: Progress) => void;
    readonly meta?: Readonly<Record<string, unknown>>;
    readonly headers?: Readonly<Record<string, string>>;
    readonly cache?: 'use' | 'refresh' | 'bypass';
    readonly logLevel?: LogLevel;
    readonly onLog?: (entry: LogEntry) => void;
}
interface Progress {
    readonly progress: number;
    readonly total?: number;
    readonly message?: string;
}
interface LogEntry {
    readonly level: LogLevel;
    readonly logger?: string;
    readonly data: unknown;
}
type MaybePromise<T> = T | Promise<T>;

// words/client
interface Client<S = unknown> extends AsyncDisposable {
    readonly tools: ToolCalls<S>;
    readonly prompts: PromptCalls<S>;
    readonly call: CallByName<S>;
    callTool(name: string, args?: Params, options?: CallOptions): Promise<ToolResult>;
    listTools(options?: CallOptions): Promise<readonly Listed['tools'][]>;
    listPrompts(options?: CallOptions): Promise<readonly Listed['prompts'][]>;
    listResources(options?: CallOptions): Promise<readonly Listed['resources'][]>;
    listResourceTemplates(options?: CallOptions): Promise<readonly Listed['resourceTemplates'][]>;
    pages<K extends ListKind>(kind: K, options?: CallOptions): AsyncGenerator<Page<Listed[K]>>;
    readResource(uri: string, options?: CallOptions): Promise<ResourceResult>;
    getPrompt(name: string, args?: Readonly<Record<string, string>>, options?: CallOptions): Promise<PromptResult>;
    complete(request: CompletionRequest, options?: CallOptions): Promise<Completion>;
    listen(filter: ListenFilter, options?: ListenOptions): Subscription;
    discover(options?: CallOptions): Promise<Discovered>;
    request(method: string, params?: Params, options?: CallOptions): Promise<Result>;
    readonly server: Discovered;
    readonly connection: Connection;
    readonly handler: Handler;
    close(): Promise<void>;
}
declare function createPlainClient<S = unknown>(connection: Connection, options?: PlainClientOptions): Client<S>;

// words/completion
interface CompletionRequest {
    readonly ref: {
        readonly type: 'ref/prompt';
        readonly name: string;
    } | {
        readonly type: 'ref/resource';
        readonly uri: string;
    };
    readonly argument: {
        readonly name: string;
        readonly value: string;
    };
    readonly context?: {
        readonly arguments?: Readonly<Record<string, string>>;
    };
}
interface Completion {
    readonly values: readonly string[];
    readonly total?: number;
    readonly hasMore: boolean;
}

// words/error
declare class InvalidResponseError extends Error {
    readonly name = "InvalidResponseError";
}
declare class ConnectionError extends Error {
    readonly name = "ConnectionError";
    readonly final: boolean;
    constructor(message: string, options?: {
        cause?: unknown;
        final?: boolean;
    });
}
declare class TimeoutError extends Error {
    readonly name = "TimeoutError";
}

// words/listen
interface ListenFilter {
    readonly toolsListChanged?: boolean;
    readonly promptsListChanged?: boolean;
    readonly resourcesListChanged?: boolean;
    readonly resourceSubscriptions?: readonly string[];
    readonly [other: string]: unknown;
}
type Change = {
    readonly type: 'tools' | 'prompts' | 'resources';
} | {
    readonly type: 'resource';
    readonly uri: string;
}
 | {
    readonly type: 'gap';
} | {
    readonly type: 'other';
    readonly notification: Notification;
};
interface ListenOptions {
    readonly signal?: AbortSignal;
    readonly timeoutMs?: number;
    readonly maxBuffered?: number;
    readonly maxReconnects?: number;
}
interface Subscription extends AsyncIterable<Change>, AsyncDisposable {
    readonly acknowledged: Promise<ListenFilter>;
    close(): void;
}

// words/lists
interface Listed {
    readonly tools: ToolDescription;
    readonly prompts: PromptDescription;
    readonly resources: ResourceDescription;
    readonly resourceTemplates: ResourceTemplateDescription;
}
type ListKind = keyof Listed;
interface Page<T> {
    readonly items: readonly T[];
    readonly nextCursor?: string;
    readonly raw: Result;
}

// words/prompt-result
interface PromptResult {
    readonly description?: string;
    readonly messages: readonly PromptMessage[];
    readonly text: string;
    readonly meta: Readonly<Record<string, unknown>>;
    readonly raw: Result;
}

// words/resource-result
interface ResourceResult {
    readonly contents: readonly ResourceContents[];
    readonly text: string;
    readonly meta: Readonly<Record<string, unknown>>;
    readonly raw: Result;
}

// words/tool-result
interface ToolResult<T = unknown> {
    readonly data: T;
    readonly text: string;
    readonly content: readonly ContentBlock[];
    readonly isError: boolean;
    readonly meta: Readonly<Record<string, unknown>>;
    readonly raw: Result;
}
declare class ToolCallError extends Error {
    readonly name = "ToolCallError";
    readonly tool: string;
    readonly result: ToolResult;
    constructor(tool: string, result: ToolResult);
}

// words/types
interface Types<T, P, M> {
    readonly tools: T;
    readonly prompts: P;
    readonly mounts: M;
}
type TypesOf<S> = S extends {
    readonly '~types'?: infer X;
} ? NonNullable<X> extends Types<infer T, infer P, infer M> ? unknown extends T ? never : Types<T, P, M> : never : never;
type None = Record<never, never>;
type Args<I> = None extends I ? [args?: I, options?: CallOptions] : [args: I, options?: CallOptions];
type Input<X> = X extends {
    readonly '~io'?: infer T;
} ? NonNullable<T> extends {
    readonly input: infer I;
} ? I : Params : Params;
type Output<X> = X extends {
    readonly '~io'?: infer T;
} ? NonNullable<T> extends {
    readonly output: infer O;
} ? O : unknown : unknown;
type ToolCall<X> = (...args: Args<Input<X>>) => Promise<ToolResult<Output<X>>>;
type PromptCall<X> = (...args: Args<Input<X>>) => Promise<PromptResult>;
type AnyToolCall = (args?: Params, options?: CallOptions) => Promise<ToolResult>;
type AnyPromptCall = (args?: Readonly<Record<string, string>>, options?: CallOptions) => Promise<PromptResult>;
type ToolCalls<S> = [TypesOf<S>] extends [never] ? Readonly<Record<string, AnyToolCall>> : {
    readonly [K in keyof TypesOf<S>['tools']]: ToolCall<TypesOf<S>['tools'][K]>;
} & {
    readonly [K in keyof TypesOf<S>['mounts']]: ToolCalls<TypesOf<S>['mounts'][K]>;
};
type PromptCalls<S> = [TypesOf<S>] extends [never] ? Readonly<Record<string, AnyPromptCall>> : {
    readonly [K in keyof TypesOf<S>['prompts']]: PromptCall<TypesOf<S>['prompts'][K]>;
} & {
    readonly [K in keyof TypesOf<S>['mounts']]: PromptCalls<TypesOf<S>['mounts'][K]>;
};
type Flat<S, Prefix extends string = ''> = {
    [K in keyof TypesOf<S>['tools'] & string as `${Prefix}${K}`]: TypesOf<S>['tools'][K];
} & Merged<{
    [K in keyof TypesOf<S>['mounts'] & string]: Flat<TypesOf<S>['mounts'][K], `${Prefix}${K}_`>;
}[keyof TypesOf<S>['mounts'] & string]>;
type Merged<U> = [U] extends [never] ? unknown : (U extends unknown ? (part: U) => void : never) extends (all: infer A) => void ? A : never;
type CallByName<S> = [TypesOf<S>] extends [never] ? (name: string, args?: Params, options?: CallOptions) => Promise<ToolResult> : <N extends keyof Flat<S> & string>(name: N, ...args: Parameters<ToolCall<Flat<S>[N]>>) => ReturnType<ToolCall<Flat<S>[N]>>;
