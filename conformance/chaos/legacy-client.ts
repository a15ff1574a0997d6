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
      const accepted = posted.accepted()
      try {
        const { data } = await client.callTool('sign', { nonce })
        return (data as { value?: string } | undefined)?.value
      } catch (error) {
        if (signal.aborted) throw error
        // What was not accepted is posted or asked for again; what was has to come to an end.
        if (posted.accepted() === accepted) record.legacy.callsAgain++
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
  const accepted = new Set<unknown>()
  const refused = new Set<unknown>()
  return {
    accepted: () => accepted.size,
    async fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
      const id = typeof init?.body === 'string' ? answeredIn(init.body) : undefined
      if (id === undefined) return fetch(input, init)
      if (refused.has(id)) legacy.postsAgain++
      refused.add(id)
      const response = await fetch(input, init)
      if (response.status === 202 && !accepted.has(id)) legacy.accepted++
      if (response.status === 202) accepted.add(id)
      return response
    },
  }
}

/** The id of the question that a message answers; undefined where it is something else. */
function answeredIn(body: string): unknown {
  const message: { id?: unknown; method?: unknown } = JSON.parse(body)
  return message.method === undefined ? message.id : undefined
}
