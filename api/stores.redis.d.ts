// @lutra/stores/redis

export {
    Engine,
    EngineOptions,
    RedisOptions,
    openRedis,
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

// redis
interface RedisOptions extends EngineOptions {
    readonly cluster?: boolean;
}
declare function openRedis(url: string | readonly string[], options?: RedisOptions): Promise<Engine>;
