// @lutra/client/auth-node

export {
    Awaited,
    BrowserOptions,
    FileCredentialsOptions,
    GuardOptions,
    LandingOptions,
    Lookup,
    Loopback,
    LoopbackOptions,
    browser,
    browserSignIn,
    fileCredentials,
    guardedFetch,
    openBrowser,
    openLoopback,
};

// auth/code-grant
interface Landing {
    readonly redirectUri: string;
    show(url: URL, signal: AbortSignal): Promise<Callback>;
    close?(): MaybePromise<void>;
}

// auth/code-response
type Callback = string | URL | URLSearchParams;

// auth/credentials
interface Registration {
    readonly kind: 'client';
    readonly clientId: string;
    readonly clientSecret?: string;
    readonly authMethod: 'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt';
    readonly how: 'pre-registered' | 'metadata-document' | 'dynamic';
    readonly redirectUris?: readonly string[];
    readonly secretExpiresAt?: number;
}
interface TokenSet {
    readonly kind: 'tokens';
    readonly accessToken: string;
    readonly tokenType: 'Bearer' | 'DPoP';
    readonly scope?: string;
    readonly expiresAt?: number;
    readonly refreshToken?: string;
    readonly idToken?: string;
    readonly clientId?: string;
}
interface KnownServer {
    readonly kind: 'server';
    readonly issuer: string;
    readonly resource: string;
    readonly scope?: string;
}
interface StoredKey {
    readonly kind: 'key';
    readonly jwk: Readonly<Record<string, unknown>>;
}
interface PendingAuthorization {
    readonly kind: 'pending';
    readonly server: string;
    readonly issuer: string;
    readonly resource: string;
    readonly clientId: string;
    readonly redirectUri: string;
    readonly codeVerifier: string;
    readonly bound?: boolean;
    readonly scope?: string;
    readonly expiresAt: number;
}
type Credential = Registration | TokenSet | KnownServer | StoredKey | PendingAuthorization;
type CredentialKey = {
    readonly kind: 'client';
    readonly issuer: string;
} | {
    readonly kind: 'tokens';
    readonly issuer: string;
    readonly resource: string;
} | {
    readonly kind: 'server';
    readonly url: string;
} | {
    readonly kind: 'key';
    readonly issuer: string;
} | {
    readonly kind: 'pending';
    readonly state: string;
};
interface CredentialStore {
    get<K extends CredentialKey['kind']>(key: Extract<CredentialKey, {
        kind: K;
    }>): Promise<Extract<Credential, {
        kind: K;
    }> | undefined>;
    set(key: CredentialKey, credential: Credential): Promise<void>;
    delete(key: CredentialKey): Promise<boolean>;
    list(): Promise<readonly {
        readonly key: CredentialKey;
        readonly credential: Credential;
    }[]>;
    exclusively<T>(key: CredentialKey, work: () => Promise<T>, options?: {
        readonly signal?: AbortSignal;
    }): Promise<T>;
}

// auth/enterprise/sign-in
interface SignIn {
    readonly open: (about: {
        readonly issuer: string;
    }) => MaybePromise<Landing>;
    readonly scope?: string;
}

// auth/key
type PrivateKey = string | PrivateJwk | CryptoKey | SignFunction;
type PrivateJwk = Readonly<Record<string, unknown>> & {
    readonly kty: string;
};
type SignFunction = (bytes: Uint8Array) => MaybePromise<Uint8Array>;

// auth/node/addresses
type Lookup = (hostname: string) => Promise<readonly string[]>;

// auth/node/browser
interface BrowserOptions extends AuthOptions, ClientIdentity, LandingOptions {
}
interface LandingOptions {
    readonly name?: string;
    readonly redirectUri?: string;
    readonly port?: number;
    readonly timeoutMs?: number;
    readonly open?: (url: URL) => MaybePromise<boolean>;
    readonly onUrl?: (url: URL) => void;
}
declare function browser(options?: BrowserOptions): WayIn;

// auth/node/browser-sign-in
declare function browserSignIn({ scope, ...options }?: LandingOptions & Pick<SignIn, 'scope'>): SignIn;

// auth/node/file-credentials
interface FileCredentialsOptions {
    readonly warn?: (message: string) => void;
    readonly waitMs?: number;
}
declare function fileCredentials(path?: string, options?: FileCredentialsOptions): CredentialStore;

// auth/node/guarded-fetch
interface GuardOptions extends GuardRules {
    readonly maxBytes?: number;
    readonly timeoutMs?: number;
    readonly connectTimeoutMs?: number;
    readonly maxRedirects?: number;
    readonly lookup?: Lookup;
    readonly ca?: string | readonly string[];
}
declare function guardedFetch(options?: GuardOptions): typeof fetch;

// auth/node/loopback
interface LoopbackOptions {
    readonly redirectUri?: string | undefined;
    readonly before?: readonly string[] | undefined;
    readonly name?: string | undefined;
    readonly timeoutMs?: number | undefined;
}
interface Awaited {
    readonly url?: URL;
    readonly issuer?: string;
}
interface Loopback {
    readonly redirectUri: string;
    arrived(signal: AbortSignal, awaited?: Awaited): Promise<URL>;
    close(): void;
}
declare function openLoopback(options?: LoopbackOptions): Promise<Loopback>;

// auth/node/open-browser
declare function openBrowser(url: URL): Promise<boolean>;

// auth/options
interface AuthOptions {
    readonly store?: CredentialStore;
    readonly scope?: string;
    readonly dpop?: boolean | DPoPOptions;
    readonly allowLoopback?: boolean;
    readonly allowHosts?: readonly string[];
    readonly fetch?: typeof globalThis.fetch;
    readonly chooseIssuer?: (issuers: readonly string[], server: URL) => MaybePromise<string>;
}
interface DPoPOptions {
    readonly required?: boolean;
}
interface ClientIdentity {
    readonly client?: PreRegistered | readonly PreRegistered[];
    readonly metadataUrl?: string;
    readonly key?: ClientKey;
    readonly name?: string;
    readonly homepage?: string;
    readonly onNeedClient?: (about: {
        readonly issuer: string;
        readonly redirectUris: readonly string[];
    }) => MaybePromise<PreRegistered | undefined>;
}
interface ClientKey {
    readonly privateKey: PrivateKey;
    readonly algorithm?: string;
    readonly keyId?: string;
}
interface PreRegistered {
    readonly id: string;
    readonly secret?: string;
    readonly issuer?: string;
    readonly authMethod?: 'none' | 'client_secret_basic' | 'client_secret_post';
}

// auth/url-guard
interface GuardRules {
    readonly server?: URL | undefined;
    readonly allowLoopback?: boolean | undefined;
    readonly allowHosts?: readonly string[] | undefined;
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

// options
type MaybePromise<T> = T | Promise<T>;
