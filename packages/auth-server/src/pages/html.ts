/** Text made safe for HTML, text and attributes alike: names come from whoever wrote a client's metadata. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

/** A name on one line: no control characters, nothing that turns the direction of the text around. */
export function plainName(text: string, maxLength = 100): string {
  const line = text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim()
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line
}
