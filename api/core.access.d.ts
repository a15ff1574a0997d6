// @lutra/core/access

export {
    Asker,
    ScopeError,
    assertScopes,
    isScopeError,
    mayUse,
};

// access
declare const brand: unique symbol;
declare class ScopeError extends RpcError {
    readonly scopes: readonly string[];
    constructor(message: string, scopes: readonly string[]);
    get [brand](): true;
}
declare function isScopeError(error: unknown): error is ScopeError;
type Asker = Pick<Call, 'auth' | 'header'>;
declare function mayUse({ auth, header }: Asker, scopes: readonly string[]): boolean;
declare function assertScopes(asker: Asker, scopes: readonly string[], owner: string): void;

// auth
interface Auth {
    readonly subject: string;
    readonly clientId?: string;
    readonly scopes: readonly string[];
    readonly claims: Readonly<Record<string, unknown>>;
}

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

// error
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

// message
type Id = string | number;

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
