/** The revisions of the legacy era and what each of them has. See /specification/2025-11-25/changelog and its predecessors */

/** What one legacy revision can carry. Fields that a revision merely does not know are harmless and stay on its wire. */
export interface Revision {
  readonly version: string
  /** Several messages in one array, which every receiver must take. */
  readonly batches: boolean
  /** Streamable HTTP; before it there was HTTP+SSE. */
  readonly streamableHttp: boolean
  readonly audio: boolean
  readonly resourceLinks: boolean
  /** `structuredContent` and `outputSchema`, as objects. */
  readonly structuredContent: boolean
  /** The modes in which a person can be asked. */
  readonly elicitation: readonly ('form' | 'url')[]
  /** Enums with titles as `oneOf`; before them `enumNames`. */
  readonly titledEnums: boolean
  /** Tools, `toolChoice` and several blocks to a message in sampling. */
  readonly samplingTools: boolean
  /** The server may close a stream at will: it opens with an event that is nothing but an id. */
  readonly polling: boolean
  /** Calls that go on as tasks, as an experiment. */
  readonly tasks: boolean
}

const first: Revision = {
  version: '2024-11-05',
  batches: false,
  streamableHttp: false,
  audio: false,
  resourceLinks: false,
  structuredContent: false,
  elicitation: [],
  titledEnums: false,
  samplingTools: false,
  polling: false,
  tasks: false,
}

const second: Revision = {
  ...first,
  version: '2025-03-26',
  batches: true,
  streamableHttp: true,
  audio: true,
}

const third: Revision = {
  ...second,
  version: '2025-06-18',
  batches: false,
  resourceLinks: true,
  structuredContent: true,
  elicitation: ['form'],
}

const fourth: Revision = {
  ...third,
  version: '2025-11-25',
  elicitation: ['form', 'url'],
  titledEnums: true,
  samplingTools: true,
  polling: true,
  tasks: true,
}

/** The newest revision of the legacy era: what a server answers to a revision that it does not know. */
export const latestRevision: Revision = fourth

/** The revision to assume of an HTTP request that says nothing of its own. */
export const assumedRevision: Revision = second

const revisions: ReadonlyMap<string, Revision> = /* @__PURE__ */ new Map(
  [fourth, third, second, first].map((revision) => [revision.version, revision]),
)

/** The facts of a legacy revision, or undefined where it is not one that is spoken here. */
export function findRevision(version: string): Revision | undefined {
  return revisions.get(version)
}

/** The revision for a session whose client asked for `requested`: that one where it is spoken here, else the newest. */
export function negotiateRevision(requested: string): Revision {
  return revisions.get(requested) ?? latestRevision
}
