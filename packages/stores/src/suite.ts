/** What every engine must do, as cases that any test runner can run, and `lutra store check` runs. */
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

export type { Engine } from './engine.ts'
