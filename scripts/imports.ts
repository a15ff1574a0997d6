/**
 * What a source imports: statically, dynamically, by re-export, and by `import(…)` inside a type, which reaches the emitted types.
 * Comments do not count.
 */
export function importsOf(text: string): string[] {
  const code = text.replaceAll(/^\s*(?:\/?\*|\/\/).*$/gm, '')
  const found = code.matchAll(/(?:^|[\s;}])(?:from|import)\s*\(?\s*'([^'\n]+)'/g)
  return [...found].map((match) => match[1] ?? '')
}
