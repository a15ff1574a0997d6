// @lutra/core/trace

export {
    OpenTelemetry,
    TracingOptions,
    traceCalls,
};

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
type Handler = (call: Call) => Promise<Result>;
type Middleware = (next: Handler) => Handler;

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

// trace
interface OpenTelemetry {
    readonly trace: {
        getTracer(name: string): Tracer;
        getSpanContext(context: TraceContext): SpanContext | undefined;
        setSpan(context: TraceContext, span: Span): TraceContext;
    };
    readonly context: {
        active(): TraceContext;
        with<T>(context: TraceContext, work: () => T): T;
    };
    readonly propagation: {
        inject(context: TraceContext, carrier: Carrier): void;
        extract(context: TraceContext, carrier: Carrier): TraceContext;
    };
}
interface TracingOptions {
    readonly api?: OpenTelemetry;
    readonly attributes?: ((call: Call) => Readonly<Record<string, string | number | boolean>>) | undefined;
}
declare function traceCalls(side: Side, load: () => Promise<OpenTelemetry | undefined>, { api, attributes }?: TracingOptions): Middleware;
type Side = 'server' | 'client';
type Carrier = {
    traceparent?: string;
    tracestate?: string;
    baggage?: string;
};
type Attributes = Record<string, string | number | boolean>;
interface TraceContext {
    getValue(key: symbol): unknown;
    setValue(key: symbol, value: unknown): TraceContext;
    deleteValue(key: symbol): TraceContext;
}
interface SpanContext {
    readonly traceId: string;
    readonly spanId: string;
    readonly traceFlags: number;
}
interface Link {
    readonly context: SpanContext;
}
interface Tracer {
    startSpan(name: string, options: {
        kind: number;
        attributes: Attributes;
        links: Link[];
    }, context: TraceContext): Span;
}
interface Span {
    setAttribute(name: string, value: string): unknown;
    setStatus(status: {
        code: number;
        message?: string;
    }): unknown;
    updateName(name: string): unknown;
    recordException(error: Error): void;
    end(): void;
}
