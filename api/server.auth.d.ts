// @lutra/server/auth

export {
    Authenticator,
};

// http/authenticator
interface Authenticator {
    authenticate(head: HttpHead): Auth | PlainReply | Promise<Auth | PlainReply>;
    open(head: HttpHead): PlainReply | undefined;
    challenge(scopes: readonly string[], description: string): string;
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
