// @lutra/client/config-node

export {
    readConfig,
};

// config-node
declare function readConfig(path: string | URL, options?: ConfigOptions): Promise<Readonly<Record<string, Entry>>>;

// connect
interface HttpTarget extends Pick<HttpOptions, 'headers' | 'token' | 'auth'> {
    readonly url: string | URL;
}
type RemoteTarget = string | URL | HttpTarget | Command | Pipe | Connection;
interface ConnectAnyOptions extends ClientOptions, HttpOptions, StdioOptions, EraOptions {
    readonly stdio?: ConnectStdio;
}
type ConnectStdio = (command: Command, options: StdioOptions & EraOptions) => Promise<Connection>;

// era/options
interface EraOptions {
    readonly era?: 'auto' | 'modern' | 'legacy';
    readonly probeTimeoutMs?: number;
    readonly store?: Store;
    readonly verdictTtlMs?: number;
}

// host/config
interface ConfigOptions extends ExpandOptions {
    readonly entry?: (name: string) => EntryOptions;
}

// host/entry
type Trust = 'full' | 'hints' | 'none';
interface EntryOptions {
    readonly trust?: Trust;
    readonly lazy?: boolean;
    readonly prefix?: string;
    readonly options?: Omit<ConnectAnyOptions, 'signal' | 'answer' | 'info'>;
}
interface Finder {
    find(): Promise<RemoteTarget>;
}
interface Entry<S = unknown> extends EntryOptions {
    readonly target: Handler | RemoteTarget | Finder;
    readonly '~server'?: S;
}

// host/expand
interface ConfigInput {
    readonly id: string;
    readonly type: string;
    readonly description?: string;
    readonly password?: boolean;
    readonly default?: string;
    readonly options?: readonly string[];
}
interface ExpandOptions {
    readonly env?: (name: string) => string | undefined;
    readonly workspaceFolder?: string;
    readonly userHome?: string;
    readonly onInput?: (input: ConfigInput) => MaybePromise<string>;
}

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
interface LogEntry {
    readonly level: LogLevel;
    readonly logger?: string;
    readonly data: unknown;
}
type MaybePromise<T> = T | Promise<T>;

// pipe/command
interface Command {
    readonly command: string;
    readonly args?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly cwd?: string;
}
interface StdioOptions extends ConnectOptions, RestartOptions {
    readonly stderr?: 'inherit' | ((text: string) => void);
    readonly maxMessageBytes?: number;
    readonly stopMs?: number;
}

// pipe/restart
interface RestartOptions {
    readonly maxRestarts?: number;
    readonly restartDelayMs?: number;
}
