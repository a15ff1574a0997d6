// @lutra/server/ops-node

export {
    Checks,
    Closable,
    Ops,
    OpsListening,
    OpsOptions,
    StopOptions,
    createOps,
};

// ops/node/create-ops
interface OpsOptions {
    readonly checks?: Checks;
    readonly gauges?: Readonly<Record<string, () => number>>;
    readonly maxNames?: number;
    readonly checkTimeoutMs?: number;
}
interface Ops {
    readonly middleware: Middleware;
    readonly listener: (req: IncomingMessage, res: ServerResponse) => void;
    listen(port?: number, host?: string): Promise<OpsListening>;
    drain(): void;
    stopOnSignals(options: StopOptions): void;
}
interface OpsListening {
    readonly url: string;
    readonly port: number;
    close(): Promise<void>;
}
declare function createOps(options?: OpsOptions): Ops;

// ops/node/readiness
type Checks = Readonly<Record<string, () => unknown>>;

// ops/node/stop
interface Closable {
    close(): unknown;
    drain?(): void;
}
interface StopOptions {
    readonly close: readonly Closable[];
    readonly drainMs?: number;
    readonly timeoutMs?: number;
    readonly signals?: readonly NodeJS.Signals[];
    readonly onError?: (error: unknown) => void;
}
