/** See /specification/2026-07-28/server/tools#tool-annotations */
import type { ToolAnnotations } from '@lutra/core'
import type { Trust } from './entry.ts'

/** What a tool does, as far as it may be believed. */
export interface Hints {
  readonly readOnly: boolean
  readonly destructive: boolean
  readonly idempotent: boolean
  readonly openWorld: boolean
}

/** Reads what a tool says of itself; of a server that is not trusted, nothing counts and the worst is assumed. */
export function readHints(annotations: ToolAnnotations | undefined, trust: Trust): Hints {
  const said = trust === 'none' ? {} : (annotations ?? {})
  const readOnly = said.readOnlyHint === true
  return {
    readOnly,
    // These two mean something only of a tool that changes things.
    destructive: !readOnly && said.destructiveHint !== false,
    idempotent: readOnly || said.idempotentHint === true,
    openWorld: said.openWorldHint !== false,
  }
}
