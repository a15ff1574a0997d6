// @lutra/stores/postgres

export {
    Engine,
    EngineOptions,
    PostgresOptions,
    openPostgres,
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

// postgres
interface PostgresOptions extends EngineOptions {
    readonly connections?: number;
}
declare function openPostgres(where: string, options?: PostgresOptions): Promise<Engine>;
