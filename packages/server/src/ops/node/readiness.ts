/** What a server needs in order to serve: asked when somebody wants to know, and bounded in time. */
export type Checks = Readonly<Record<string, () => unknown>>

export interface Readiness {
  readonly ready: boolean
  /** What each check came to: `ok`, or why not. */
  readonly checks: Readonly<Record<string, string>>
}

/** Makes all checks at once; those who ask meanwhile get the same answer. */
export function createReadiness(checks: Checks, timeoutMs: number): () => Promise<Readiness> {
  let asking: Promise<Readiness> | undefined

  async function ask(): Promise<Readiness> {
    const told = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [
        name,
        await outcomeOf(check, timeoutMs),
      ]),
    )
    asking = undefined
    return {
      ready: told.every(([, outcome]) => outcome === 'ok'),
      checks: Object.fromEntries(told),
    }
  }

  return () => (asking ??= ask())
}

async function outcomeOf(check: () => unknown, timeoutMs: number): Promise<string> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer in ${timeoutMs} ms`), timeoutMs)
  })
  const answer = (async () => {
    await check()
    return 'ok'
  })()
  try {
    return await Promise.race([answer, late])
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    clearTimeout(timer)
  }
}
