// @lutra/stores

export {
    Engine,
    EngineOptions,
    openEngine,
};

// engine
interface Engine {
    readonly store: Store;
    readonly bus: Bus;
    close(): Promise<void>;
}
interface EngineOptions {
    readonly keys?: Keys;
    readonly namespace?: string;
    readonly timeoutMs?: number;
    readonly required?: boolean;
    readonly onError?: (error: unknown) => void;
}

// index
declare function openEngine(url: string, options?: EngineOptions): Promise<Engine>;
