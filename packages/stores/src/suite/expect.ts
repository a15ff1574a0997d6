/** Throws where what was found is not what was promised. */
export function expect(found: unknown, promised: unknown, about: string): void {
  const [one, other] = [show(found), show(promised)]
  if (one !== other) throw new Error(`${about}: expected ${other}, found ${one}`)
}

/** Throws where something does not come true within five seconds. */
export async function until(holds: () => boolean, about: string): Promise<void> {
  for (const end = Date.now() + 5000; !holds(); await pause(5)) {
    if (Date.now() > end) throw new Error(`${about} did not come within five seconds`)
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** A folder of keys, or a topic, that nobody else has. */
export function own(name: string): string {
  return `suite-${name}/${crypto.randomUUID()}/`
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing'
}
