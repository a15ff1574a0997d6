// @lutra/client/auth

export {
    Arrival,
    AuthError,
    AuthErrorCode,
    Authorizer,
    AuthorizerContext,
    Credential,
    CredentialKey,
    CredentialStore,
    Departure,
    Grant,
    KnownServer,
    Need,
    Registration,
    StoredKey,
    TokenRequestOptions,
    TokenSet,
    WayIn,
};

// auth/auth-error
declare class AuthError extends Error {
    readonly name = "AuthError";
    readonly code: AuthErrorCode;
    constructor(code: AuthErrorCode, message: string, options?: {
        readonly cause?: unknown;
    });
}
type AuthErrorCode = 'discovery' | 'registration' | 'authorization' | 'token' | 'scope' | 'unsafe_url' | 'interaction_required' | 'cancelled' | 'store';

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
type Credential = Registration | TokenSet | KnownServer | StoredKey;
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
    exclusively<T>(key: CredentialKey, work: () => Promise<T>): Promise<T>;
}

// auth/grant
interface Grant {
    readonly interactive: boolean;
    obtain(need: Need): Promise<TokenSet>;
}
interface Need {
    readonly server: URL;
    readonly resource: string;
    readonly authorizationServer: AuthorizationServer;
    readonly scope: string | undefined;
    readonly store: CredentialStore;
    readonly warn: (message: string) => void;
    readonly signal?: AbortSignal | undefined;
    readonly fetch: typeof globalThis.fetch;
    request<T>(send: (options: TokenRequestOptions) => Promise<T>): Promise<T>;
}
type TokenRequestOptions = HttpRequestOptions<'POST', URLSearchParams> & {
    readonly DPoP?: import('oauth4webapi').DPoPHandle;
};

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
type WayIn = (context: AuthorizerContext) => Authorizer;

// options
type MaybePromise<T> = T | Promise<T>;
