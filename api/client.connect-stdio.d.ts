// @lutra/client/connect-stdio

export {
    Command,
    ConnectError,
    EraOptions,
    StdioOptions,
    connectStdio,
};

// connect-stdio
declare function connectStdio(command: Command, options?: StdioOptions & EraOptions): Promise<Connection>;

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
