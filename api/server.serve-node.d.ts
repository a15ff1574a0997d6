// @lutra/server/serve-node

export {
    HttpOptions,
    LegacyHttpOptions,
    Listener,
    Listening,
    NodeExtra,
    NodeListenOptions,
    NodeServing,
    Servable,
    ServeNodeOptions,
    serveNode,
};

// as-task
type When<A, V> = true | 'required' | ((args: A, ctx: Context<V>) => MaybePromise<boolean>);
type AsTask<A, V> = When<A, V> | TaskSettings<A, V>;
interface TaskSettings<A, V> extends TaskPolicy {
    readonly when?: When<A, V>;
    readonly retryable?: (error: unknown) => boolean;
}

// ask/answers
type FormSchema = StandardSchema | Readonly<Record<string, unknown>>;
type ContentOf<S extends FormSchema> = S extends StandardSchema ? OutputOf<S> : FormContent;
type Answer<Content> = {
    readonly action: 'accept';
    readonly content: Content;
} | {
    readonly action: 'decline' | 'cancel' | 'unsupported';
};
interface UrlAnswer {
    readonly action: 'accept' | 'decline' | 'cancel' | 'unsupported';
}

// ask/asking
interface AskOptions {
    readonly required?: boolean;
}
interface Asking {
    ask<S extends FormSchema>(key: string, message: string, schema: S, options?: AskOptions): Promise<Answer<ContentOf<S>>>;
    askUrl(key: string, message: string, url: string | URL, options?: AskOptions): Promise<UrlAnswer>;
    sample(key: string, request: SampleRequest, options?: AskOptions): Promise<SampleResult | undefined>;
    roots(options?: AskOptions): Promise<readonly Root[] | undefined>;
    step<T>(key: string, work: () => T | Promise<T>): Promise<T>;
}

// ask/responses
interface Responses {
    has(key: string): boolean;
    form<S extends FormSchema>(key: string, schema: S): Promise<Answer<ContentOf<S>> | undefined>;
    url(key: string): UrlAnswer | undefined;
    sample(key: string, request?: SampleRequest): SampleResult | undefined;
    roots(key: string): readonly Root[] | undefined;
}

// completer
interface CompletionContext extends Pick<Context<Empty>, 'signal' | 'auth' | 'meta'> {
    readonly arguments: ReadonlyMap<string, string>;
}
type Completions = readonly string[] | {
    readonly values: readonly string[];
    readonly total?: number;
    readonly hasMore?: boolean;
};
type Completer = readonly string[] | ((value: string, context: CompletionContext) => MaybePromise<Completions>);
type Completers<Name extends string> = {
    readonly [K in Name]?: Completer;
};

// context
interface Context<V> extends Asking {
    readonly vars: V;
    readonly signal: AbortSignal;
    readonly meta: Meta;
    readonly auth?: Auth | undefined;
    readonly task?: {
        readonly id: string;
    } | undefined;
    requireScopes(...scopes: readonly string[]): void;
    readonly header?: ((name: string) => string | undefined) | undefined;
    readonly trace: Trace;
    progress(done: number, total?: number, message?: string): void;
    readonly log: Log;
    readonly responses: Responses;
    sealState(value: unknown, options?: {
        readonly ttlMs?: number;
    }): Promise<string>;
    openState(): Promise<unknown>;
}
interface Trace {
    readonly traceparent?: string;
    readonly tracestate?: string;
    readonly baggage?: string;
}
type Log = {
    readonly [L in LogLevel]: (message: string, data?: unknown) => void;
};

// definition
type Empty = Record<never, never>;
type MaybePromise<T> = T | Promise<T>;
type JsonObject = Readonly<Record<string, unknown>>;
type InputSchema = StandardSchema | JsonObject;
interface Described {
    readonly title?: string;
    readonly description?: string;
    readonly icons?: readonly Icon[];
    readonly _meta?: JsonObject;
    readonly scopes?: readonly string[];
    readonly tags?: readonly string[];
}

// http/authenticator
interface Authenticator {
    authenticate(head: HttpHead): Auth | PlainReply | Promise<Auth | PlainReply>;
    open(head: HttpHead): PlainReply | undefined;
    challenge(scopes: readonly string[], description: string): string;
    share?(shared: Shared): void;
}

// http/exchange
interface HttpHead {
    readonly method: string;
    readonly url: string;
    readonly header: (name: string) => string | undefined;
    isLocal?(): boolean;
}
interface PlainReply {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string | Uint8Array;
}

// http/node/listen
interface NodeListenOptions {
    readonly requestTimeoutMs?: number;
    readonly closeTimeoutMs?: number;
}
interface Listening {
    readonly url: string;
    readonly port: number;
    drain(): void;
    close(): Promise<void>;
}

// http/node/listener
interface NodeExtra {
    readonly auth?: Auth | undefined;
    readonly body?: unknown;
}
type Listener = (req: IncomingMessage, res: ServerResponse, extra?: NodeExtra | ((error?: unknown) => void)) => void;

// http/options
interface HttpOptions {
    readonly path?: string;
    readonly allowedHosts?: readonly string[] | '*';
    readonly allowedOrigins?: readonly string[] | '*';
    readonly cors?: boolean | {
        readonly origins: readonly string[];
    };
    readonly auth?: Authenticator;
    readonly maxBodyBytes?: number;
    readonly maxDepth?: number;
    readonly maxCalls?: number;
    readonly maxBufferedBytes?: number;
    readonly keepAliveMs?: number;
}

// legacy/http/event-log
interface ReplayLimits {
    readonly maxEvents: number;
    readonly maxLength: number;
    readonly ttlMs: number;
    readonly maxTotalLength: number;
}

// legacy/http/options
interface LegacyHttpOptions extends Partial<SessionLimits> {
    readonly sessions?: 'optional' | 'required' | 'off';
    readonly sessionTtlMs?: number;
    readonly maxSessions?: number;
    readonly maxChangesLength?: number;
    readonly maxStreams?: number;
    readonly maxRunning?: number;
    readonly maxParked?: number;
    readonly replay?: Partial<ReplayLimits>;
    readonly retryMs?: number;
    readonly closeStreamAfterMs?: number;
    readonly sse?: false | {
        readonly path?: string;
    };
}

// legacy/limits
interface SessionLimits {
    readonly maxCalls: number;
    readonly maxQuestions: number;
    readonly questionTimeoutMs: number;
    readonly maxRounds: number;
    readonly maxSubscriptions: number;
    readonly maxBatch: number;
    readonly logLevel: LogLevel | 'off';
}

// prompt
interface Prompt<N extends string = string, I = unknown> extends Described {
    readonly kind: 'prompt';
    readonly name: N;
    readonly input?: InputSchema;
    readonly uses: readonly Use[];
    readonly render: (args: never, ctx: never) => unknown;
    readonly complete?: Completers<string>;
    readonly '~io'?: {
        readonly input: I;
    };
}

// resource
type ListedResource = Omit<ResourceDescription, 'name'> & {
    readonly name?: string;
};
interface Resource<U extends string = string, P = unknown, R = unknown> extends Described {
    readonly kind: 'resource';
    readonly uri: U;
    readonly name?: string;
    readonly mimeType?: string;
    readonly size?: number;
    readonly annotations?: Annotations;
    readonly cache?: Partial<CacheHints>;
    readonly uses: readonly Use[];
    readonly read: (params: never, ctx: never) => unknown;
    readonly list?: (ctx: never) => MaybePromise<readonly ListedResource[]>;
    readonly complete?: Completers<string>;
    readonly '~io'?: {
        readonly params: P;
        readonly output: R;
    };
}

// serve-node
interface ServeNodeOptions extends HttpOptions, NodeListenOptions {
    readonly legacy?: false | LegacyHttpOptions;
}
interface NodeServing {
    readonly listener: Listener;
    listen(port?: number, host?: string): Promise<Listening>;
}
declare function serveNode(server: Servable, options?: ServeNodeOptions): NodeServing;

// server-types
type AnyTool = Tool;
type AnyPrompt = Prompt;
type AnyResource = Resource;
type Definition = AnyTool | AnyResource | AnyPrompt;
interface Notify {
    toolsChanged(): void;
    promptsChanged(): void;
    resourcesChanged(): void;
    resourceUpdated(uri: string): void;
}
interface Shared {
    readonly store?: Store | undefined;
    readonly bus?: Bus | undefined;
}
interface Server<T = unknown, P = unknown, M = unknown> extends Handler {
    readonly '~types'?: {
        readonly tools: T;
        readonly prompts: P;
        readonly mounts: M;
    };
    readonly info: Implementation;
    readonly keys?: Keys | undefined;
    readonly store: Store;
    readonly bus: Bus;
    readonly shared?: Shared;
    readonly onError: OnError;
    readonly notify: Notify;
    add(...definitions: readonly Definition[]): void;
    remove(kind: Definition['kind'], name: string): boolean;
    close(): Promise<void>;
}
type Servable = Handler & Partial<Pick<Server, 'keys' | 'store' | 'bus' | 'shared' | 'onError' | 'info' | 'close'>>;

// tool
interface ToolHints {
    readonly readOnly?: boolean;
    readonly destructive?: boolean;
    readonly idempotent?: boolean;
    readonly openWorld?: boolean;
}
interface Tool<N extends string = string, I = unknown, R = unknown, V = never> extends Described {
    readonly kind: 'tool';
    readonly name: N;
    readonly input?: InputSchema;
    readonly output?: InputSchema;
    readonly hints?: ToolHints;
    readonly task?: AsTask<never, never>;
    readonly uses: readonly Use[];
    readonly run: (args: never, ctx: never) => unknown;
    readonly '~io'?: {
        readonly input: I;
        readonly output: R;
        readonly needs: (vars: V) => void;
    };
}

// use
interface Step<V> {
    readonly ctx: Context<V>;
    readonly feature: UsedFeature;
    readonly next: <B extends object = Empty>(vars?: B) => Promise<Next<B>>;
}
interface UsedFeature {
    readonly kind: 'tool' | 'resource' | 'prompt';
    readonly name: string;
    readonly scopes: readonly string[];
    readonly tags: readonly string[];
}
interface Next<A> {
    readonly '~adds'?: A;
    readonly outcome: unknown;
}
type Use = (step: Step<never>) => Promise<Next<unknown>>;
