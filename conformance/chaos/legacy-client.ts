import { answerTo, insist, reach, type World } from './records.ts'

/** A client of an earlier revision: a session, questions within the call, and the same round robin. */
export async function callAsLegacy(world: World, name: string): Promise<void> {
  const { record, signal } = world
  const posted = createPosted(world)
  const client = await reach(world, {
    era: 'legacy',
    timeoutMs: 60_000,
    fetch: posted.fetch,
    answer: {
      elicit({ message }) {
        record.legacy.questions++
        return answerTo(message)
      },
    },
  })
  for (let at = 0; at < world.each || world.goesOn(); at++) {
    const nonce = `${name}.${at}`
    const begun = performance.now()
    const value = await insist(world, async () => {
      const accepted = posted.accepted(nonce)
      try {
        const { data } = await client.callTool('sign', { nonce })
        return (data as { value?: string } | undefined)?.value
      } catch (error) {
        if (signal.aborted) throw error
        // What was not accepted is posted or asked for again; what was has to come to an end.
        if (posted.accepted(nonce) === accepted) record.legacy.callsAgain++
        else record.faults.push(`${nonce}: an answer was accepted and lost: ${error}`)
        throw error
      }
    })
    if (signal.aborted) return
    record.legacy.calls++
    record.legacyLatencies.push(performance.now() - begun)
    if (value !== `«signature ${nonce}»`)
      record.faults.push(`${nonce}: the signature came as ${JSON.stringify(value)}`)
  }
  await client.close()
}

/** Watches the answers that a client posts: which were accepted, and which had to be posted again. */
function createPosted({ record: { legacy } }: World) {
  const accepted = new Map<string, string>()
  const begun = new Set<string>()
  return {
    /** The answers to the questions of one call that were accepted so far. */
    accepted: (nonce: string) =>
      [...accepted.values()].filter((value) => value === `«signature ${nonce}»`).length,
    async fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
      const answer = typeof init?.body === 'string' ? answerIn(init.body) : undefined
      if (!answer) return fetch(input, init)
      const { id, value } = answer
      if (begun.has(id)) legacy.postsAgain++
      begun.add(id)
      const response = await fetch(input, init)
      if (response.status === 202 && !accepted.has(id)) legacy.accepted++
      if (response.status === 202) accepted.set(id, value)
      return response
    },
  }
}

interface Posted {
  readonly id?: string
  readonly method?: unknown
  readonly result?: { readonly content?: { readonly value?: string } }
}

/** The question that a message answers, and what with; undefined where it is something else. */
function answerIn(body: string): { readonly id: string; readonly value: string } | undefined {
  const { id, method, result }: Posted = JSON.parse(body)
  if (method !== undefined || id === undefined) return undefined
  return { id, value: result?.content?.value ?? '' }
}
