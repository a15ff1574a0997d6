/** JSON pointers, RFC 6901. */

export function printPointer(path: readonly (string | number)[]): string {
  let text = ''
  for (const token of path) text += `/${escapeToken(String(token))}`
  return text
}

export function parsePointer(text: string): readonly string[] {
  return text.split('/').slice(1).map(unescapeToken)
}

export function escapeToken(token: string): string {
  return /[~/]/.test(token) ? token.replaceAll('~', '~0').replaceAll('/', '~1') : token
}

function unescapeToken(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~')
}
