// @lutra/stores/suite

export {
    Engine,
    EngineCase,
    EnginePair,
    engineCases,
};

// engine
interface Engine {
    readonly store: Store;
    readonly bus: Bus;
    close(): Promise<void>;
}

// suite
interface EngineCase {
    readonly name: string;
    run(engines: EnginePair): Promise<void>;
}
interface EnginePair {
    readonly one: Engine;
    readonly two: Engine;
}
declare const engineCases: readonly EngineCase[];
