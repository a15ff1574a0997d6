/** Facts about each method, written once. See /specification/2026-07-28/schema */
export interface MethodFacts {
  /** The param that the `Mcp-Name` header mirrors. */
  readonly name?: 'name' | 'uri' | 'taskId'
  /** Its complete result carries `ttlMs` and `cacheScope`. */
  readonly cached?: true
  /** The result field that is paged by `cursor` and `nextCursor`. */
  readonly paged?: 'tools' | 'prompts' | 'resources' | 'resourceTemplates'
  /** May answer `input_required`. */
  readonly input?: true
  /** The server capability that must be declared for it. */
  readonly capability?: 'tools' | 'prompts' | 'resources' | 'completions'
  /** Safe to send again when its answer was lost. */
  readonly safe?: true
}

export const methods: ReadonlyMap<string, MethodFacts> = new Map<string, MethodFacts>([
  ['server/discover', { cached: true, safe: true }],
  ['tools/list', { cached: true, paged: 'tools', capability: 'tools', safe: true }],
  ['tools/call', { name: 'name', input: true, capability: 'tools' }],
  ['resources/list', { cached: true, paged: 'resources', capability: 'resources', safe: true }],
  [
    'resources/templates/list',
    { cached: true, paged: 'resourceTemplates', capability: 'resources', safe: true },
  ],
  [
    'resources/read',
    { name: 'uri', cached: true, input: true, capability: 'resources', safe: true },
  ],
  ['prompts/list', { cached: true, paged: 'prompts', capability: 'prompts', safe: true }],
  ['prompts/get', { name: 'name', input: true, capability: 'prompts', safe: true }],
  ['completion/complete', { capability: 'completions', safe: true }],
  ['subscriptions/listen', {}],
  ['tasks/get', { name: 'taskId', safe: true }],
  ['tasks/update', { name: 'taskId' }],
  ['tasks/cancel', { name: 'taskId' }],
])

const none: MethodFacts = {}

/** The facts of a method; of an unknown one, none. */
export function factsOf(method: string): MethodFacts {
  return methods.get(method) ?? none
}
