// @lutra/core/wait

export {
    BackoffOptions,
    RetryStoreOptions,
    backoff,
    followAbort,
    raceAbort,
    retryStore,
    sleep,
    startTimer,
};

// store-error
type StoreErrorCode = 'unavailable' | 'full' | 'invalid' | 'unreadable';

// wait/abort
declare function raceAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T>;
declare function followAbort(signal: AbortSignal | undefined, control: AbortController): () => void;

// wait/backoff
interface BackoffOptions {
    readonly baseMs?: number;
    readonly maxMs?: number;
}
declare function backoff(count: number, { baseMs, maxMs }?: BackoffOptions): number;

// wait/retry-store
interface RetryStoreOptions {
    readonly signal?: AbortSignal | undefined;
    readonly patienceMs?: number;
    readonly codes?: readonly StoreErrorCode[];
}
declare function retryStore<T>(work: () => Promise<T>, options?: RetryStoreOptions): Promise<T>;

// wait/sleep
declare function sleep(ms: number, signal?: AbortSignal): Promise<void>;

// wait/timer
declare function startTimer(ms: number, run: () => void): () => void;
