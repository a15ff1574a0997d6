/** Parses JSON as editors take it: with comments, and with commas after the last item. */
export function parseJsonc(text: string): unknown {
  const bare = text.replace(/^\uFEFF/, '').replaceAll(comments, keepText)
  return JSON.parse(bare.replaceAll(lastCommas, keepText))
}

// Strings come first, so that nothing inside them is taken for anything else.
const comments = /"(?:[^"\\]|\\.)*"|\/\/[^\n\r]*|\/\*[\s\S]*?\*\//g
const lastCommas = /"(?:[^"\\]|\\.)*"|,(?=\s*[\]}])/g

function keepText(token: string): string {
  return token.startsWith('"') ? token : ''
}
