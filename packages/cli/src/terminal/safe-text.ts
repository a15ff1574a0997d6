/**
 * What comes from a server may hold characters that move a terminal's cursor, hide text or turn its order round. They are
 * made visible before anything is printed.
 */

/** Text of several lines, with nothing in it that acts on a terminal. */
export function safeText(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(acting, visible)
}

/** The same as one line, cut where it is too long. */
export function safeLine(text: string, max = 2000): string {
  const line = safeText(text.length > max * 4 ? text.slice(0, max * 4) : text)
  const joined = line.replaceAll(/\s+/g, ' ').trim()
  return joined.length > max ? `${joined.slice(0, max - 1)}…` : joined
}

/** A value as JSON that says the same when it is read, and does nothing when it is shown. */
export function safeJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent) ?? 'null'
  return text.replaceAll(acting, escaped)
}

// Control characters but tab and line end; marks that turn the order of text round; tags and other letters that no font
// shows. Joiners stay: many scripts and emoji need them.
const acting =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this looks for.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]|[\ud800-\udfff]/gu

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20) return String.fromCodePoint(0x2400 + code)
  return code === 0x7f ? '␡' : `\\u{${code.toString(16)}}`
}

// In JSON these stand within strings alone, where an escape means the same; a line end does not stand there at all.
function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`
  }).join('')
}
