/** What every engine must do, as cases that any test runner can run, and `lutra store check` runs. */
import type { Keys } from '@lutra/core/seal'
import type { Engine } from './engine.ts'
import { busCases } from './suite/bus-cases.ts'
import { storeCases } from './suite/store-cases.ts'

/** One promise of an engine. */
export interface EngineCase {
  readonly name: string
  /** Rejects where the promise does not hold. Uses keys and topics of its own, and removes what it has stored. */
  run(engines: EnginePair): Promise<void>
}

/** The same engine opened twice, as two processes would. */
export interface EnginePair {
  readonly one: Engine
  readonly two: Engine
}

/** Every promise of an engine. */
export const engineCases: readonly EngineCase[] = [...storeCases, ...busCases]

/** Opens an engine on what is there already, with these keys; without any, secrets are refused. */
export type OpenWith = (keys?: Keys) => Promise<Engine>

/** One promise of an engine that keeps secrets. */
export interface SecretCase {
  readonly name: string
  /** Rejects where the promise does not hold. Opens the engine several times, one after the other, and closes it each time. */
  run(open: OpenWith): Promise<void>
}

export type { Engine } from './engine.ts'
/** Every promise of an engine whose store says that it keeps secrets, and encrypts them. */
export { secretCases } from './suite/secret-cases.ts'
