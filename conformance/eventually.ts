/** Waits until something holds, for longer than it takes on a busy machine; throws where it never does. */
export async function eventually(
  holds: () => boolean | Promise<boolean>,
  what: string,
): Promise<void> {
  for (const end = Date.now() + 20_000; !(await holds()); ) {
    if (Date.now() > end) throw new Error(`Not within 20 seconds: ${what}`)
    await new Promise((go) => setTimeout(go, 5))
  }
}
