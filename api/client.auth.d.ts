// @lutra/client/auth

export {
    Arrival,
    AuthError,
    AuthErrorCode,
    AuthOptions,
    Authorized,
    Authorizer,
    AuthorizerContext,
    Callback,
    Challenge,
    ClientCredential,
    ClientIdentity,
    ClientKey,
    ClientMetadataOptions,
    Clock,
    CodeGrantOptions,
    Credential,
    CredentialKey,
    CredentialStore,
    DPoP,
    DPoPOptions,
    Departure,
    Enterprise,
    Grant,
    GuardRules,
    IdentityProvider,
    IdentitySource,
    KeyCredential,
    KnownServer,
    Landing,
    Need,
    PendingAuthorization,
    PreRegistered,
    PrivateJwk,
    PrivateKey,
    RedirectOptions,
    RedirectWayIn,
    Registration,
    SecretCredential,
    ServerClient,
    SignFunction,
    SignIn,
    SignOutOptions,
    SignedOut,
    StoreCredentialsOptions,
    StoredKey,
    TokenNeed,
    TokenOptions,
    TokenRequestOptions,
    TokenSet,
    UrlGuard,
    WayIn,
    WorkloadIdentity,
    WorkloadNeed,
    canonicalResource,
    clientCredentials,
    clientMetadata,
    codeGrant,
    createDPoP,
    createUrlGuard,
    enterprise,
    issuerMetadataUrls,
    memoryCredentials,
    oauth,
    parseChallenges,
    redirect,
    resourceCovers,
    resourceMetadataUrls,
    signOut,
    storeCredentials,
    token,
    wayIn,
    workload,
};

// auth/auth-error
declare class AuthError extends Error {
    readonly name = "AuthError";
    readonly code: AuthErrorCode;
    readonly url?: URL;
    constructor(code: AuthErrorCode, message: string, { cause, url }?: {
        readonly cause?: unknown;
        readonly url?: URL;
    });
}
type AuthErrorCode = 'discovery' | 'registration' | 'authorization' | 'token' | 'scope' | 'unsafe_url' | 'interaction_required' | 'cancelled' | 'store';

// auth/challenge
interface Challenge {
    readonly scheme: string;
    readonly parameters: ReadonlyMap<string, string>;
}
declare function parseChallenges(header: string): readonly Challenge[];

// auth/client-auth
type ClientCredential = SecretCredential | KeyCredential;
interface SecretCredential {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly method?: 'basic' | 'post';
    readonly issuer?: string;
}
interface KeyCredential {
    readonly clientId: string;
    readonly privateKey: PrivateKey;
    readonly algorithm?: string;
    readonly keyId?: string;
    readonly issuer?: string;
}

// auth/client-credentials
declare function clientCredentials(credential: ClientCredential, options?: AuthOptions): WayIn;

// auth/client-metadata
interface ClientMetadataOptions {
    readonly url: string;
    readonly name: string;
    readonly redirectUris: readonly string[];
    readonly homepage?: string;
    readonly logo?: string;
}
declare function clientMetadata(options: ClientMetadataOptions): Readonly<Record<string, string | readonly string[]>>;

// auth/code-grant
interface Landing {
    readonly redirectUri: string;
    show(url: URL, signal: AbortSignal): Promise<Callback>;
    close?(): MaybePromise<void>;
}
interface CodeGrantOptions extends ClientIdentity {
    open(need: Need, known: Registration | undefined): MaybePromise<Landing>;
}
declare function codeGrant(options: CodeGrantOptions): Grant;

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

// auth/discover-issuer
declare function issuerMetadataUrls(issuer: string): readonly URL[];

// auth/discover-resource
declare function resourceMetadataUrls(server: URL): readonly URL[];

// auth/dpop
interface DPoP {
    readonly handle: DPoPHandle;
    headers(request: {
        readonly method: string;
        readonly url: URL;
    }, accessToken: string): Promise<{
        readonly authorization: string;
        readonly dpop: string;
    }>;
    nonceFrom(arrival: Arrival, url: URL): boolean;
}
declare function createDPoP(key: CryptoKeyPair): DPoP;

// auth/enterprise
type Enterprise = IdentitySource & {
    readonly identityProvider: IdentityProvider;
} & ServerClient;
type ServerClient = {
    readonly client: ClientCredential | readonly ClientCredential[];
} | {
    readonly metadataUrl: string;
};
declare function enterprise(company: Enterprise, options?: AuthOptions): WayIn;

// auth/enterprise/identity-provider
type IdentityProvider = ClientCredential & {
    readonly issuer: string;
};

// auth/enterprise/sign-in
interface SignIn {
    readonly open: (about: {
        readonly issuer: string;
    }) => MaybePromise<Landing>;
    readonly scope?: string;
}

// auth/enterprise/subject
type IdentitySource = {
    readonly idToken: string | (() => MaybePromise<string>);
}
 | {
    readonly refreshToken: string | (() => MaybePromise<string>);
} | {
    readonly signIn: SignIn;
};

// auth/grant
interface Grant {
    readonly interactive: boolean;
    readonly sendsAway?: boolean;
    readonly issuers?: readonly string[];
    obtain(need: Need): Promise<TokenSet>;
    refresh?(need: Need, tokens: TokenSet): Promise<TokenSet | undefined>;
}
interface Need {
    readonly server: URL;
    readonly resource: string;
    readonly authorizationServer: AuthorizationServer;
    readonly scope: string | undefined;
    readonly bound?: boolean;
    readonly store: CredentialStore;
    readonly warn: (message: string) => void;
    readonly signal?: AbortSignal | undefined;
    readonly fetch: typeof globalThis.fetch;
    check?(url: URL): void;
    request<T>(send: (options: TokenRequestOptions) => Promise<T>): Promise<T>;
}
type TokenRequestOptions = HttpRequestOptions<'POST', URLSearchParams> & {
    readonly DPoP?: import('oauth4webapi').DPoPHandle;
};

// auth/key
type PrivateKey = string | PrivateJwk | CryptoKey | SignFunction;
type PrivateJwk = Readonly<Record<string, unknown>> & {
    readonly kty: string;
};
type SignFunction = (bytes: Uint8Array) => MaybePromise<Uint8Array>;

// auth/memory-credentials
declare function memoryCredentials(): CredentialStore;

// auth/oauth
declare function oauth(grant: Grant, options?: AuthOptions): WayIn;

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

// auth/redirect
interface RedirectOptions extends AuthOptions, ClientIdentity {
    readonly store: CredentialStore;
    readonly redirectUri: string;
}
interface RedirectWayIn extends WayIn {
    begin(server: string | URL, options?: {
        readonly signal?: AbortSignal;
    }): Promise<{
        readonly url: URL;
        readonly state: string;
    } | undefined>;
    finish(callback: Callback, options?: {
        readonly state?: string;
        readonly signal?: AbortSignal;
    }): Promise<{
        readonly server: URL;
    }>;
}
declare function redirect(options: RedirectOptions): RedirectWayIn;

// auth/resource
declare function canonicalResource(server: URL): string;
declare function resourceCovers(resource: string, server: URL): boolean;

// auth/sign-out
interface SignedOut {
    readonly issuer: string;
    readonly revoked: 'revoked' | 'kept' | 'failed';
    readonly why?: string;
}
interface SignOutOptions extends Omit<AuthOptions, 'store'> {
    readonly store: CredentialStore;
    readonly signal?: AbortSignal;
}
declare function signOut(server: string | URL, options: SignOutOptions): Promise<SignedOut | undefined>;

// auth/store-credentials
interface StoreCredentialsOptions {
    readonly prefix?: string;
    readonly leaseMs?: number;
    readonly waitMs?: number;
}
declare function storeCredentials(store: Store, options?: StoreCredentialsOptions): CredentialStore;

// auth/token
interface TokenOptions {
    readonly dpop?: CryptoKeyPair | PrivateJwk;
}
interface TokenNeed {
    readonly server: URL;
    readonly refused: boolean;
    readonly signal: AbortSignal;
}
declare function token(source: string | ((need: TokenNeed) => MaybePromise<string>), options?: TokenOptions): WayIn;

// auth/url-guard
interface GuardRules {
    readonly server?: URL | undefined;
    readonly allowLoopback?: boolean | undefined;
    readonly allowHosts?: readonly string[] | undefined;
}
interface UrlGuard {
    check(url: string | URL): URL;
    checkAddress(address: string, url: URL): void;
}
declare function createUrlGuard(rules?: GuardRules): UrlGuard;

// auth/way-in
declare function wayIn(make: (context: AuthorizerContext) => Authorizer): WayIn;

// auth/workload
interface WorkloadIdentity {
    readonly token: string | ((about: WorkloadNeed) => MaybePromise<string>);
    readonly clientId?: string;
}
interface WorkloadNeed {
    readonly audience: string;
    readonly resource: string;
    readonly signal: AbortSignal;
}
declare function workload(identity: WorkloadIdentity, options?: AuthOptions): WayIn;

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
