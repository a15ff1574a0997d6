// @lutra/server

export {
    Answer,
    AskOptions,
    Asking,
    AskingSettings,
    BlockOptions,
    Completer,
    Completers,
    CompletionContext,
    Completions,
    Content,
    ContentOf,
    Context,
    ContextOf,
    Definition,
    Described,
    FormSchema,
    InputSchema,
    Keys,
    Kit,
    Limits,
    ListedResource,
    Log,
    Logger,
    Next,
    Notify,
    ParamsOf,
    Prompt,
    PromptReply,
    PromptSpec,
    RateLimitOptions,
    Resource,
    ResourceReply,
    ResourceSpec,
    Responses,
    Seal,
    SealError,
    SealOptions,
    Servable,
    Server,
    ServerOptions,
    Shared,
    Step,
    Tool,
    ToolError,
    ToolHints,
    ToolReply,
    ToolResult,
    ToolSpec,
    Trace,
    UrlAnswer,
    UsedFeature,
    audio,
    createSeal,
    createServer,
    elicit,
    elicitUrl,
    embed,
    fromJsonSchema,
    image,
    isSuspended,
    kit,
    link,
    listRoots,
    prompt,
    rateLimit,
    rateLimited,
    resource,
    sample,
    text,
    tool,
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
type AskingSettings = Pick<RunOptions, 'ttlMs' | 'maxRounds' | 'maxQuestions' | 'once'>;

// ask/memory
interface MemoryOptions extends StateOptions {
    readonly once?: Store | undefined;
}

// ask/requests
declare function elicit(message: string, schema: StandardSchema | Readonly<Record<string, unknown>>): InputRequest;
declare function elicitUrl(message: string, url: string | URL): InputRequest;
declare function sample(request: SampleRequest): InputRequest;
declare function listRoots(): InputRequest;

// ask/responses
interface Responses {
    has(key: string): boolean;
    form<S extends FormSchema>(key: string, schema: S): Promise<Answer<ContentOf<S>> | undefined>;
    url(key: string): UrlAnswer | undefined;
    sample(key: string, request?: SampleRequest): SampleResult | undefined;
    roots(key: string): readonly Root[] | undefined;
}

// ask/run
interface RunOptions extends MemoryOptions {
    readonly maxRounds?: number | undefined;
    readonly maxQuestions?: number | undefined;
}

// ask/state
interface StateOptions {
    readonly seal: Seal;
    readonly ttlMs?: number | undefined;
    readonly scope?: string | undefined;
}

// ask/suspended
declare function isSuspended(error: unknown): boolean;

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

// content
declare const made: unique symbol;
type Content<B extends ContentBlock = ContentBlock> = B & {
    readonly [made]?: true;
};
interface ToolResult {
    readonly content: readonly ContentBlock[];
    readonly structuredContent?: unknown;
    readonly isError?: boolean;
    readonly _meta?: JsonObject;
}
interface BlockOptions {
    readonly annotations?: Annotations;
    readonly _meta?: JsonObject;
}
declare function text(value: string, options?: BlockOptions): Content<TextContent>;
declare function image(data: Uint8Array | string, mimeType: string, options?: BlockOptions): Content<ImageContent>;
declare function audio(data: Uint8Array | string, mimeType: string, options?: BlockOptions): Content<AudioContent>;
declare function link(resource: ResourceDescription): Content<ResourceLink>;
declare function embed(resource: ResourceContents, options?: BlockOptions): Content<EmbeddedResource>;
declare class ToolError extends Error {
    readonly name = "ToolError";
}

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

// create-server
declare function createServer<const T extends Several<AnyTool> = readonly [], const P extends Several<AnyPrompt> = readonly [], M extends Mounts = Empty>(options: ServerOptions<T, P, M>): ServerOf<T, P, M>;

// definition
type Empty = Record<never, never>;
type MaybePromise<T> = T | Promise<T>;
type Simplify<T> = {
    [K in keyof T]: T[K];
} & {};
type JsonObject = Readonly<Record<string, unknown>>;
type InputSchema = StandardSchema | JsonObject;
type NoInput = StandardSchema<Empty>;
type ArgsOf<S> = S extends StandardSchema ? OutputOf<S> : JsonObject;
type GivenOf<S> = S extends StandardSchema ? InputOf<S> : JsonObject;
interface Described {
    readonly title?: string;
    readonly description?: string;
    readonly icons?: readonly Icon[];
    readonly _meta?: JsonObject;
    readonly scopes?: readonly string[];
    readonly tags?: readonly string[];
}

// from-json-schema
declare function fromJsonSchema<T>(schema: JsonObject): StandardSchema<T>;

// kit
interface Kit<V extends object> {
    use<A extends object>(middleware: (step: Step<V>) => Promise<Next<A>>): Kit<Simplify<V & A>>;
    scopes(...scopes: readonly string[]): Kit<V>;
    tool<const N extends string, S extends InputSchema = NoInput, R = unknown, O = R>(spec: ToolSpec<N, S, R, O, V>): Tool<N, GivenOf<S>, O, V>;
    resource<const U extends string, R>(spec: ResourceSpec<U, R, V>): Resource<U, ParamsOf<U>, R>;
    prompt<const N extends string, S extends StandardSchema = NoInput>(spec: PromptSpec<N, S, V>): Prompt<N, GivenOf<S>>;
}
declare function kit<V extends object = Empty>(...given: Empty extends V ? [vars?: V] : [vars: V]): Kit<V>;
type ContextOf<K> = K extends Kit<infer V> ? Context<V> : never;

// middleware/rate-limit
interface RateLimitOptions {
    readonly perMinute: number;
    readonly by?: (call: Call) => string | undefined;
    readonly methods?: readonly string[];
    readonly store?: Store;
    readonly name?: string;
    readonly onError?: (error: unknown) => void;
    readonly now?: () => number;
}
declare const rateLimited = 429;
declare function rateLimit(options: RateLimitOptions): Middleware;

// prompt
type PromptReply = string | ContentBlock | readonly (PromptMessage | SaidText)[] | {
    readonly description?: string;
    readonly messages: readonly (PromptMessage | SaidText)[];
} | InputRequiredResult;
interface SaidText {
    readonly role: 'user' | 'assistant';
    readonly text: string;
}
interface PromptSpec<N extends string, S extends StandardSchema, V> extends Described {
    readonly name: N;
    readonly input?: S;
    readonly render: (args: ArgsOf<S>, ctx: Context<V>) => MaybePromise<PromptReply>;
    readonly complete?: Completers<keyof GivenOf<S> & string>;
}
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
declare function prompt<const N extends string, S extends StandardSchema = NoInput>(spec: PromptSpec<N, S, Empty>): Prompt<N, GivenOf<S>>;

// resource
type ResourceReply = string | Uint8Array | ResourceContents | readonly ResourceContents[] | InputRequiredResult | undefined | null;
interface ResourceSpec<U extends string, R, V> extends Described {
    readonly uri: U;
    readonly name?: string;
    readonly mimeType?: string;
    readonly size?: number;
    readonly annotations?: Annotations;
    readonly cache?: Partial<CacheHints>;
    readonly read: (params: ParamsOf<U>, ctx: Context<V>) => MaybePromise<R | ResourceReply>;
    readonly list?: (ctx: Context<V>) => MaybePromise<readonly ListedResource[]>;
    readonly complete?: Completers<keyof ParamsOf<U> & string>;
}
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
declare function resource<const U extends string, R>(spec: ResourceSpec<U, R, Empty>): Resource<U, ParamsOf<U>, R>;
type ParamsOf<U extends string> = string extends U ? Readonly<Record<string, string | readonly string[] | undefined>> : Simplify<Named<U>>;
type Named<U extends string> = U extends `${string}{${infer E}}${infer Rest}` ? OfExpression<E> & Named<Rest> : Empty;
type OfExpression<E extends string> = E extends `${'?' | '&'}${infer List}` ? Partial<OfList<List>> : E extends `${'+' | '#' | '.' | '/' | ';'}${infer List}` ? OfList<List> : OfList<E>;
type OfList<L extends string> = L extends `${infer First},${infer Rest}` ? OfVariable<First> & OfList<Rest> : OfVariable<L>;
type OfVariable<V extends string> = V extends `${infer Name}*` ? {
    readonly [K in Name]: readonly string[];
} : V extends `${infer Name}:${string}` ? {
    readonly [K in Name]: string;
} : {
    readonly [K in V]: string;
};

// server-types
type AnyTool = Tool;
type AnyPrompt = Prompt;
type AnyResource = Resource;
type Definition = AnyTool | AnyResource | AnyPrompt;
type Several<D> = readonly D[] | Readonly<Record<string, D>>;
type ByName<T> = T extends readonly (infer E)[] ? {
    [K in E as K extends {
        readonly name: infer N extends string;
    } ? N : never]: K;
} : {
    [K in keyof T as T[K] extends {
        readonly name: infer N extends string;
    } ? N : never]: T[K];
};
type Mounts = Readonly<Record<string, Server>>;
type CachedMethod = 'server/discover' | 'tools/list' | 'prompts/list' | 'resources/list' | 'resources/templates/list' | 'resources/read';
interface Limits {
    readonly subscriptions: number;
    readonly urisPerSubscription: number;
    readonly subscriptionsLength: number;
    readonly notificationsPerSecond: number;
    readonly uriLength: number;
}
interface Logger {
    warn(message: string): void;
    error(message: string, cause?: unknown): void;
}
interface ServerOptions<T extends Several<AnyTool> = Several<AnyTool>, P extends Several<AnyPrompt> = Several<AnyPrompt>, M extends Mounts = Mounts> {
    readonly name: string;
    readonly version: string;
    readonly title?: string;
    readonly description?: string;
    readonly websiteUrl?: string;
    readonly icons?: readonly Icon[];
    readonly instructions?: string;
    readonly tools?: T;
    readonly resources?: Several<AnyResource>;
    readonly prompts?: P;
    readonly mount?: M;
    readonly extensions?: readonly Extension[];
    readonly middleware?: readonly Middleware[];
    readonly keys?: Keys;
    readonly store?: Store;
    readonly bus?: Bus;
    readonly cache?: Readonly<Partial<Record<CachedMethod, Partial<CacheHints>>>>;
    readonly pageSize?: number;
    readonly sealCursors?: boolean;
    readonly listForbidden?: boolean;
    readonly asking?: AskingSettings;
    readonly logging?: boolean;
    readonly onError?: OnError;
    readonly logger?: Logger;
    readonly limits?: Partial<Limits>;
}
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
type ServerOf<T, P, M> = Server<ByName<T>, ByName<P>, unknown extends M ? Empty : M>;

// tool
interface ToolHints {
    readonly readOnly?: boolean;
    readonly destructive?: boolean;
    readonly idempotent?: boolean;
    readonly openWorld?: boolean;
}
type ToolReply = Content | readonly Content[] | ToolResult | InputRequiredResult;
interface ToolSpec<N extends string, S extends InputSchema, R, O, V> extends Described {
    readonly name: N;
    readonly description: string;
    readonly input?: S;
    readonly output?: StandardSchema<R, O> | JsonObject;
    readonly hints?: ToolHints;
    readonly task?: AsTask<ArgsOf<S>, V>;
    readonly run: (args: ArgsOf<S>, ctx: Context<V>) => MaybePromise<R | ToolReply>;
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
declare function tool<const N extends string, S extends InputSchema = NoInput, R = unknown, O = R>(spec: ToolSpec<N, S, R, O, Empty>): Tool<N, GivenOf<S>, O, Empty>;

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
