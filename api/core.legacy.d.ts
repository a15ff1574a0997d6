// @lutra/core/legacy

export {
    Hello,
    LegacyErrorCode,
    RequiredElicitation,
    Revision,
    assumedRevision,
    findRevision,
    initializeResult,
    isLegacy,
    isModernOnly,
    isUrlQuestion,
    latestLegacyVersion,
    latestRevision,
    legacyVersions,
    liftClientCapabilities,
    liftError,
    liftResult,
    lowerError,
    lowerNotification,
    lowerQuestion,
    lowerResult,
    lowerServerCapabilities,
    negotiateRevision,
    readInitialize,
    requiredElicitations,
    urlElicitationRequired,
};

// call
type Params = Readonly<Record<string, unknown>>;
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

// input
type InputMethod = 'elicitation/create' | 'sampling/createMessage' | 'roots/list';
interface InputRequest {
    readonly method: InputMethod;
    readonly params?: Params;
}

// legacy/capabilities
declare function liftClientCapabilities(declared: Readonly<Record<string, unknown>>, revision: Revision): ClientCapabilities;
declare function lowerServerCapabilities(capabilities: ServerCapabilities): ServerCapabilities;

// legacy/initialize
interface Hello {
    readonly revision: Revision;
    readonly capabilities: ClientCapabilities;
    readonly clientInfo?: Implementation;
}
declare function readInitialize(params: Params | undefined): Hello;
declare function initializeResult(revision: Revision, discovered: Result): Record<string, unknown>;

// legacy/lift-result
declare const LegacyErrorCode: {
    readonly resourceNotFound: -32002;
    readonly urlElicitationRequired: -32042;
};
declare function liftResult(method: string, result: Readonly<Record<string, unknown>>, serverInfo?: Implementation): Result;
declare function liftError(error: RpcError): RpcError;

// legacy/lower-error
declare function lowerError(error: RpcError, method: string): RpcError;
interface RequiredElicitation {
    readonly mode: 'url';
    readonly elicitationId: string;
    readonly url: string;
    readonly message: string;
}
declare function urlElicitationRequired(elicitations: readonly RequiredElicitation[]): RpcError;
declare function requiredElicitations(error: RpcError): readonly RequiredElicitation[] | undefined;

// legacy/lower-notification
declare function lowerNotification(notification: Notification): Notification | undefined;

// legacy/lower-question
declare function lowerQuestion(question: InputRequest, revision: Revision, elicitationId: string): {
    readonly method: string;
    readonly params: Params;
};
declare function isUrlQuestion({ method, params }: InputRequest): boolean;

// legacy/lower-result
declare function lowerResult(method: string, result: Result, revision: Revision): Record<string, unknown>;

// legacy/method
declare function isModernOnly(method: string, { tasks }: Revision): boolean;

// legacy/revision
interface Revision {
    readonly version: string;
    readonly batches: boolean;
    readonly streamableHttp: boolean;
    readonly audio: boolean;
    readonly resourceLinks: boolean;
    readonly structuredContent: boolean;
    readonly elicitation: readonly ('form' | 'url')[];
    readonly titledEnums: boolean;
    readonly samplingTools: boolean;
    readonly polling: boolean;
    readonly tasks: boolean;
}
declare const latestRevision: Revision;
declare const assumedRevision: Revision;
declare function findRevision(version: string): Revision | undefined;
declare function negotiateRevision(requested: string): Revision;

// legacy/versions
declare const legacyVersions: readonly string[];
declare const latestLegacyVersion = "2025-11-25";
declare function isLegacy(version: unknown): boolean;

// shapes
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
