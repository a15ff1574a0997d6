// @lutra/stores/suite

export {
    Engine,
    EngineCase,
    EnginePair,
    OpenWith,
    SecretCase,
    engineCases,
    secretCases,
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
type OpenWith = (keys?: Keys) => Promise<Engine>;
interface SecretCase {
    readonly name: string;
    run(open: OpenWith): Promise<void>;
}

// suite/secret-cases
declare const secretCases: readonly SecretCase[];
