// @lutra/core/seal

export {
    Keys,
    Seal,
    SealError,
    SealOptions,
    createSeal,
};

// seal
type Keys = readonly (string | Uint8Array)[];
declare class SealError extends Error {
    readonly name = "SealError";
    readonly reason: 'malformed' | 'unknown-key' | 'tampered' | 'expired';
    constructor(message: string, options: {
        reason: SealError['reason'];
        cause?: unknown;
    });
}
interface Seal {
    seal(value: unknown, options: {
        readonly context: string;
        readonly ttlMs: number;
    }): Promise<string>;
    open(text: string, options: {
        readonly context: string;
    }): Promise<unknown>;
}
interface SealOptions {
    readonly now?: () => number;
    readonly maxLength?: number;
}
declare function createSeal(keys?: Keys, options?: SealOptions): Seal;
