// @lutra/server/auth

export {
    Abilities,
    Ability,
    ApiKey,
    Auth0Options,
    Authenticator,
    Bearer,
    BearerOptions,
    Claims,
    DPoPOptions,
    Dropping,
    EntraOptions,
    GithubOptions,
    GoogleOptions,
    HttpHead,
    Implies,
    IntrospectionOptions,
    IssuerOptions,
    KeycloakOptions,
    OidcOptions,
    OktaOptions,
    PlainReply,
    Provider,
    ProviderIssuer,
    ReadingOptions,
    Refused,
    ScopeError,
    Verified,
    Verify,
    WorkosOptions,
    auth0,
    bearer,
    entra,
    github,
    google,
    isScopeError,
    keycloak,
    oidc,
    okta,
    providerOf,
    providers,
    workos,
};

// auth/bearer
interface Bearer extends Authenticator {
    readonly metadata: Readonly<Record<string, unknown>> | undefined;
    readonly metadataPaths: readonly string[];
    drop(which: Dropping): number;
    share(shared: Shared): void;
}
declare function bearer(options: BearerOptions): Bearer;

// auth/options
type Claims = Readonly<Record<string, unknown>>;
interface ReadingOptions {
    readonly audience?: string | readonly string[] | ((claims: Claims) => boolean);
    readonly scopesOf?: (claims: Claims) => readonly string[];
    readonly subjectOf?: (claims: Claims) => string | undefined;
    readonly clientIdOf?: (claims: Claims) => string | undefined;
    readonly refuses?: (claims: Claims) => string | undefined;
}
interface IssuerOptions extends ReadingOptions {
    readonly issuer: string;
    readonly accepts?: (iss: string, claims: Claims) => boolean;
    readonly authorizationServer?: string | false;
    readonly jwksUri?: string;
    readonly jwks?: JSONWebKeySet;
    readonly algorithms?: readonly string[];
    readonly types?: readonly string[];
    readonly verify?: Verify;
    readonly recognizes?: (token: string) => boolean;
}
type Verify = (token: string, head: HttpHead) => Verified | undefined | Promise<Verified | undefined>;
type Verified = Pick<Auth, 'subject'> & Partial<Auth>;
interface IntrospectionOptions extends ReadingOptions {
    readonly issuer: string;
    readonly authorizationServer?: string | false;
    readonly endpoint: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly authMethod?: 'basic' | 'post';
}
interface ApiKey extends Pick<Auth, 'subject'>, Partial<Pick<Auth, 'clientId' | 'scopes'>> {
    readonly key?: string;
    readonly sha256?: string;
    readonly exp?: number;
}
interface DPoPOptions {
    readonly required?: boolean;
    readonly algorithms?: readonly string[];
    readonly maxAgeSeconds?: number;
    readonly store?: Store;
    readonly nonce?: boolean | {
        readonly keys: Keys;
        readonly seconds?: number;
    };
}
type Implies = Readonly<Record<string, readonly string[]>> | ((scopes: readonly string[]) => readonly string[]);
interface BearerOptions {
    readonly resource: string;
    readonly issuers?: string | IssuerOptions | readonly (string | IssuerOptions)[];
    readonly jwks?: string | JSONWebKeySet;
    readonly introspection?: IntrospectionOptions;
    readonly apiKeys?: readonly ApiKey[];
    readonly verify?: Verify;
    readonly scopes?: readonly string[];
    readonly implies?: Implies;
    readonly dpop?: 'required' | DPoPOptions;
    readonly revoked?: (auth: Auth) => boolean | Promise<boolean>;
    readonly cache?: {
        readonly max?: number;
        readonly seconds?: number;
    };
    readonly clockToleranceSeconds?: number;
    readonly maxTokenLength?: number;
    readonly timeoutMs?: number;
    readonly metadata?: Readonly<Record<string, unknown>>;
    readonly fetch?: typeof fetch;
    readonly onRefused?: (refusal: Refused) => void;
    readonly onError?: (error: unknown) => void;
    readonly now?: () => number;
}
interface Refused {
    readonly status: number;
    readonly description: string;
    readonly detail?: string | undefined;
}

// auth/providers/auth0
interface Auth0Options {
    readonly domain: string;
    readonly audience?: string;
    readonly permissions?: boolean;
}
declare function auth0({ domain, audience, permissions }: Auth0Options): ProviderIssuer;

// auth/providers/entra
interface EntraOptions {
    readonly tenant: string;
    readonly clientId: string;
    readonly appIdUri?: string;
    readonly authority?: string;
}
declare function entra(options: EntraOptions): ProviderIssuer;

// auth/providers/github
interface GithubOptions {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly domain?: string;
    readonly fetch?: typeof fetch;
}
declare function github(options: GithubOptions): ProviderIssuer;

// auth/providers/google
interface GoogleOptions {
    readonly clientIds: string | readonly string[];
    readonly fetch?: typeof fetch;
}
declare function google({ clientIds, fetch }: GoogleOptions): ProviderIssuer;

// auth/providers/keycloak
interface KeycloakOptions {
    readonly url: string;
    readonly realm: string;
    readonly audience?: string;
}
declare function keycloak({ url, realm, audience }: KeycloakOptions): ProviderIssuer;

// auth/providers/known
declare const providers: readonly Provider[];
declare function providerOf(issuer: string): Provider | undefined;

// auth/providers/oidc
interface OidcOptions extends Pick<IssuerOptions, 'algorithms'> {
    readonly issuer: string;
    readonly audience?: string | readonly string[];
    readonly scopeClaim?: string;
    readonly subjectClaim?: string;
    readonly clientClaim?: string;
}
declare function oidc(options: OidcOptions): IssuerOptions;

// auth/providers/okta
interface OktaOptions {
    readonly domain: string;
    readonly server?: string;
    readonly audience?: string;
}
declare function okta({ domain, server, audience }: OktaOptions): ProviderIssuer;

// auth/providers/provider
interface Abilities {
    readonly metadataDocuments: Ability;
    readonly registration: Ability;
    readonly resource: Ability;
    readonly pkce: Ability;
    readonly jwt: Ability;
    readonly scopes: Ability;
}
type Ability = 'no' | 'set-up' | 'yes';
interface Provider {
    readonly name: string;
    readonly title: string;
    isIssuer(issuer: string): boolean;
    readonly can: Abilities;
    readonly limits: readonly string[];
}
interface ProviderIssuer extends IssuerOptions {
    readonly provider: string;
    readonly limits: readonly string[];
}

// auth/providers/workos
interface WorkosOptions {
    readonly domain: string;
    readonly audience?: string;
}
declare function workos({ domain, audience }: WorkosOptions): ProviderIssuer;

// auth/token-cache
type Dropping = {
    readonly token: string;
} | {
    readonly subject: string;
} | {
    readonly clientId: string;
} | {
    readonly matches: (auth: Auth) => boolean;
};

// http/authenticator
interface Authenticator {
    authenticate(head: HttpHead): Auth | PlainReply | Promise<Auth | PlainReply>;
    open(head: HttpHead): PlainReply | undefined;
    challenge(scopes: readonly string[], description: string): string;
    share?(shared: Shared): void;
}

// http/exchange
interface HttpHead {
    readonly method: string;
    readonly url: string;
    readonly header: (name: string) => string | undefined;
    isLocal?(): boolean;
}
interface PlainReply {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string | Uint8Array;
}

// server-types
interface Shared {
    readonly store?: Store | undefined;
    readonly bus?: Bus | undefined;
}
