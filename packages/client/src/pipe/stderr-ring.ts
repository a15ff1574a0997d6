/** The end of what a process wrote, in a bounded number of characters. */
export function createRing(max = 16_384) {
  let text = ''
  return {
    push(part: string): void {
      text = (text + part).slice(-max)
    },
    /** The last lines, fit for an error message. */
    tail(characters = 1000): string {
      // What may move a terminal's cursor goes.
      return text
        .slice(-characters)
        .replaceAll(/[^\P{Cc}\n\t]/gu, '')
        .trim()
    },
  }
}
