/** How many columns of a terminal a text takes. */
export function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += none.test(character) ? 0 : wide.test(character) ? 2 : 1
  return width
}

/** The beginning of a text that fits into so many columns. */
export function shorten(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  let cut = ''
  let width = 1
  for (const character of text) {
    width += widthOf(character)
    if (width > columns) break
    cut += character
  }
  return `${cut}…`
}

/** The beginning and the end of a text that fit into so many columns. */
export function shortenMiddle(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  const behind: string[] = []
  let width = 0
  for (const character of [...text].reverse()) {
    width += widthOf(character)
    // Of a URL the host says more than the path.
    if (width > (columns - 1) / 3) break
    behind.unshift(character)
  }
  const end = behind.join('')
  return shorten(text, columns - widthOf(end)) + end
}

/** A text as lines of so many columns, between words where that is possible. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  let width = 0
  for (const word of text.split(' ')) {
    // Each word is measured once: a server may have sent thousands of long lines.
    const more = widthOf(word)
    if (line !== '' && width + 1 + more > columns) {
      lines.push(line)
      line = word
      width = more
    } else {
      width = line === '' ? more : width + 1 + more
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}

/** A text with as many spaces behind it as fill so many columns. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)))
}

const none = /^(?:\p{Mn}|\p{Me}|\p{Cf})$/u
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1faff}\u{20000}-\u{3fffd}]$/u
