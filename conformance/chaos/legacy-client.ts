import { answerTo, insist, reach, type World } from './records.ts'

/** A client of an earlier revision: a session, questions within the call, and the same round robin. */
export async function callAsLegacy(world: World, name: string): Promise<void> {
  const { record, signal } = world
  const client = await reach(world, {
    era: 'legacy',
    timeoutMs: 5000,
    answer: {
      elicit: ({ message }) => {
        record.answers++
        return answerTo(message)
      },
    },
  })
  for (let at = 0; at < world.each || world.goesOn(); at++) {
    const nonce = `${name}.${at}`
    const begun = performance.now()
    const result = await insist(world, async () => {
      const called = await client.callTool('sign', { nonce })
      // A client that could not be asked has not agreed: its call is made again.
      if ((called.data as { value?: string } | undefined)?.value !== 'cancel') return called
      record.unasked++
      throw new Error('The question did not arrive')
    })
    if (signal.aborted || !result) return
    record.legacyCalls++
    record.legacyLatencies.push(performance.now() - begun)
    const { value } = (result.data ?? {}) as { value?: string }
    if (value !== `«signature ${nonce}»`)
      record.faults.push(`${nonce}: the signature came as ${JSON.stringify(value)}`)
  }
  await client.close()
}
