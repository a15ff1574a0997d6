/** What a caller answered, checked by what it was asked. See /specification/2026-07-28/basic/patterns/mrtr#error-handling */
import {
  checkAnswer,
  checkSampleResult,
  type FormContent,
  isObject,
  isStandardSchema,
  type OutputOf,
  pickAnswer,
  type Root,
  type SampleRequest,
  type SampleResult,
  type StandardSchema,
  toForm,
  validateWith,
} from '@lutra/core'

/** What a form may be made from. */
export type FormSchema = StandardSchema | Readonly<Record<string, unknown>>

/** What the answer to a form holds. */
export type ContentOf<S extends FormSchema> = S extends StandardSchema ? OutputOf<S> : FormContent

/** What a person answered to a form; `unsupported` where the client cannot ask. */
export type Answer<Content> =
  | { readonly action: 'accept'; readonly content: Content }
  | { readonly action: 'decline' | 'cancel' | 'unsupported' }

/** What a person answered to being sent to a page. `accept` is consent: it does not say that they have been there. */
export interface UrlAnswer {
  readonly action: 'accept' | 'decline' | 'cancel' | 'unsupported'
}

/** An answer, or why it is none. */
export type Read<A> = { readonly answer: A } | { readonly problem: string }

/** Reads the answer to a form; throws `TypeError` where the schema is none for a form. */
export async function readForm<S extends FormSchema>(
  raw: unknown,
  schema: S,
): Promise<Read<Answer<ContentOf<S>>>> {
  const action = readAction(raw)
  if (!action) return noAction
  if (action !== 'accept') return { answer: { action } }
  const { content: given = {} } = raw as { content?: unknown }
  const form = toForm(schema)
  const issues = checkAnswer(form, given)
  if (issues.length > 0) return { problem: shown(issues) }
  const picked = pickAnswer(form, given as FormContent)
  if (!isStandardSchema(schema)) return { answer: { action, content: picked as ContentOf<S> } }
  const { issues: further, ...validated } = await validateWith(schema, picked)
  if (further) return { problem: shown(further) }
  return { answer: { action, content: (validated as { value: ContentOf<S> }).value } }
}

/** Reads the answer of someone who was sent to a page. */
export function readUrl(raw: unknown): Read<UrlAnswer> {
  const action = readAction(raw)
  return action ? { answer: { action } } : noAction
}

/** @deprecated Sampling goes with SEP-2577. */
export function readSample(raw: unknown, request?: SampleRequest): Read<SampleResult> {
  const problem = checkSampleResult(raw, request)
  return problem === undefined ? { answer: raw as SampleResult } : { problem }
}

/** @deprecated Roots go with SEP-2577. */
export function readRoots(raw: unknown): Read<readonly Root[]> {
  const roots = isObject(raw) ? raw['roots'] : undefined
  if (!Array.isArray(roots)) return { problem: 'expected "roots" to be a list' }
  const bad = roots.findIndex((root) => !isRoot(root))
  if (bad >= 0) return { problem: `expected root ${bad} to have a file:// URI` }
  return { answer: roots }
}

const noAction = { problem: 'expected an object with an "action" of accept, decline or cancel' }

function readAction(raw: unknown): 'accept' | 'decline' | 'cancel' | undefined {
  const action = isObject(raw) ? raw['action'] : undefined
  return action === 'accept' || action === 'decline' || action === 'cancel' ? action : undefined
}

function isRoot(value: unknown): value is Root {
  if (!isObject(value)) return false
  const { uri, name } = value
  if (name !== undefined && typeof name !== 'string') return false
  return typeof uri === 'string' && uri.startsWith('file://') && URL.canParse(uri)
}

function shown(issues: readonly { readonly path: string; readonly message: string }[]): string {
  const listed = issues
    .slice(0, 10)
    .map(({ path, message }) => `content${path} ${message}`.slice(0, 300))
  return listed.join('; ')
}
