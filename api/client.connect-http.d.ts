// @lutra/client/connect-http

export {
    ConnectError,
    EraOptions,
    connectHttp,
};

// connect-http
declare function connectHttp(url: string | URL, options?: HttpOptions & EraOptions): Promise<Connection>;

// era/connect-error
interface Attempt {
    readonly what: string;
    readonly error: unknown;
}
declare class ConnectError extends Error {
    readonly name = "ConnectError";
    readonly tried: readonly Attempt[];
    constructor(target: string, tried: readonly Attempt[]);
}

// era/options
interface EraOptions {
    readonly era?: 'auto' | 'modern' | 'legacy';
    readonly probeTimeoutMs?: number;
    readonly store?: Store;
    readonly verdictTtlMs?: number;
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
type MaybePromise<T> = T | Promise<T>;
