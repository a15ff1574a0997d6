/** What the tests want of an official client, whichever its major version. */

/** A notification that reached a client. */
export interface Heard {
  readonly method: string
  readonly params: unknown
}

export interface OfficialResult {
  readonly content: readonly { readonly type: string; readonly text?: string | undefined }[]
  readonly structuredContent?: unknown
  readonly isError?: boolean | undefined
}

export interface OfficialCallOptions {
  readonly signal?: AbortSignal
  readonly onprogress?: (told: { progress: number }) => void
  /** From which level the server is to log: of this call, or of the session where the revision has no other. */
  readonly logLevel?: 'info' | 'error'
}

export type CompletionParams = {
  ref: { type: 'ref/prompt'; name: string } | { type: 'ref/resource'; uri: string }
  argument: { name: string; value: string }
}

export interface OfficialClient {
  readonly major: 1 | 2
  readonly server: { readonly name: string; readonly instructions: string | undefined }
  /** What was heard, oldest first. */
  readonly heard: readonly Heard[]
  call(
    name: string,
    args?: Record<string, unknown>,
    options?: OfficialCallOptions,
  ): Promise<OfficialResult>
  /** All items of a list, from however many pages. */
  tools(): Promise<readonly { name: string; outputSchema?: unknown }[]>
  resources(): Promise<readonly { uri: string }[]>
  templates(): Promise<readonly { uriTemplate: string }[]>
  prompts(): Promise<readonly { name: string }[]>
  /** One page of the tools, from a cursor on. */
  page(cursor: string): Promise<unknown>
  read(uri: string): Promise<readonly { uri: string; text?: string; blob?: string }[]>
  prompt(name: string, args?: Record<string, string>): Promise<readonly { content: unknown }[]>
  complete(params: CompletionParams): Promise<readonly string[]>
  /** Begins to listen to lists and to one resource, in the way of the revision. */
  listen(uri: string): Promise<void>
  ping(): Promise<unknown>
  close(): Promise<void>
}

/** What an official client answers, whoever asks. */
export const answers = {
  form: (wanted: object) => {
    const known: Record<string, unknown> = { name: 'Ada', username: 'ada', email: 'a@b.example' }
    const rest: Record<string, unknown> = { color: 'green', ok: true, value: 'v', context: 'c' }
    const named = Object.keys(wanted).filter((key) => key in known || key in rest)
    return Object.fromEntries(named.map((key) => [key, known[key] ?? rest[key]]))
  },
  sampled: {
    role: 'assistant' as const,
    model: 'none',
    content: { type: 'text' as const, text: 'sampled words' },
  },
  roots: [{ uri: 'file:///tmp', name: 'tmp' }],
}
