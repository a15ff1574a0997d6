// @lutra/auth-server

export {
    AssertionClaims,
    AuthServer,
    AuthServerOptions,
    ClientOptions,
    Development,
    EnterpriseOptions,
    KeyOptions,
    Lifetimes,
    Listener,
    ResourceOptions,
    Revocation,
    Scopes,
    SignInContext,
    SignInFunction,
    TrustedIssuer,
    Upstream,
    UpstreamOptions,
    User,
    WorkloadOptions,
    createAuthServer,
    development,
    upstream,
};

// create-auth-server
interface AuthServer {
    readonly issuer: string;
    readonly listener: Listener;
    listen(port: number, host?: string): Promise<void>;
    revoke(which: Revocation): Promise<number>;
    rotateKeys(): Promise<void>;
    close(): Promise<void>;
}
declare function createAuthServer(options: AuthServerOptions): AuthServer;

// node-listener
type Listener = (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void) => void;

// options
interface AuthServerOptions {
    readonly issuer: string;
    readonly store: Store;
    readonly resources: readonly string[] | Readonly<Record<string, ResourceOptions>>;
    readonly scopes?: Scopes;
    readonly signIn: SignInFunction | Upstream | Development;
    readonly clients?: readonly ClientOptions[];
    readonly metadataDocuments?: boolean | ((url: string) => boolean | Promise<boolean>);
    readonly registration?: boolean;
    readonly defaultResource?: string;
    readonly enterprise?: EnterpriseOptions;
    readonly workloads?: readonly WorkloadOptions[];
    readonly keys?: KeyOptions;
    readonly lifetimes?: Lifetimes;
    readonly dpop?: {
        readonly requireNonce?: boolean;
    };
    readonly isWelcome?: (userId: string) => boolean | Promise<boolean>;
    readonly name?: string;
    readonly fetch?: typeof fetch;
}
type Scopes = readonly string[] | Readonly<Record<string, string>>;
interface ResourceOptions {
    readonly scopes?: Scopes;
    readonly defaultScopes?: readonly string[];
    readonly tokens?: 'jwt' | 'opaque';
}
interface ClientOptions {
    readonly id: string;
    readonly name?: string;
    readonly secret?: string;
    readonly jwks?: {
        readonly keys: readonly JWK[];
    };
    readonly jwksUri?: string;
    readonly redirectUris?: readonly string[];
    readonly grants?: readonly string[];
    readonly scopes?: readonly string[];
    readonly dpop?: boolean;
    readonly introspects?: string;
}
interface EnterpriseOptions {
    readonly issuers: readonly TrustedIssuer[];
    readonly user?: (claims: AssertionClaims) => string | undefined | Promise<string | undefined>;
}
type AssertionClaims = Readonly<Record<string, unknown>> & {
    readonly iss: string;
    readonly sub: string;
};
interface TrustedIssuer {
    readonly issuer: string;
    readonly jwksUri?: string;
    readonly jwks?: {
        readonly keys: readonly JWK[];
    };
    readonly algorithms?: readonly string[];
}
interface WorkloadOptions extends TrustedIssuer {
    readonly id: string;
    readonly subject: string;
    readonly scopes?: readonly string[];
}
interface KeyOptions {
    readonly signing: readonly JWK[];
    readonly cookies: readonly string[];
}
interface Lifetimes {
    readonly accessToken?: number;
    readonly refreshToken?: number;
    readonly grant?: number;
    readonly session?: number;
}

// sign-in/development
interface Development {
    readonly kind: 'development';
    readonly users: readonly User[];
}
declare function development({ users }?: {
    users?: readonly User[];
}): Development;

// sign-in/sign-in
interface User {
    readonly id: string;
    readonly name?: string;
    readonly claims?: Readonly<Record<string, unknown>>;
}
interface SignInContext {
    readonly clientId: string;
    readonly clientName: string;
    readonly resources: readonly string[];
    readonly scopes: readonly string[];
}
type SignInFunction = (request: Request, context: SignInContext) => User | Response | Promise<User | Response>;

// sign-in/upstream
interface UpstreamOptions {
    readonly issuer: string;
    readonly clientId: string;
    readonly clientSecret?: string;
    readonly scope?: string;
    readonly user?: (claims: oauth.IDToken) => User | undefined | Promise<User | undefined>;
}
interface Upstream extends UpstreamOptions {
    readonly kind: 'upstream';
}
declare function upstream(options: UpstreamOptions): Upstream;

// store/revoke
interface Revocation {
    readonly subject?: string;
    readonly clientId?: string;
}
