import { styleText } from 'node:util'

/** Marks up text where a stream shows colours, and leaves it alone where not. */
export interface Style {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
  cyan(text: string): string
}

export function createStyle(coloured: boolean): Style {
  const mark = (format: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan') => (text: string) =>
    coloured && text ? styleText(format, text, { validateStream: false }) : text
  return {
    bold: mark('bold'),
    dim: mark('dim'),
    red: mark('red'),
    green: mark('green'),
    yellow: mark('yellow'),
    cyan: mark('cyan'),
  }
}

/** Whether a stream gets colours: what FORCE_COLOR says, else what NO_COLOR says, else whether it is a terminal. */
export function wantsColour(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: none, TERM: term } = env
  if (forced !== undefined) return !['0', 'false'].includes(forced)
  if (none !== undefined && none !== '') return false
  return stream.isTTY === true && term !== 'dumb'
}
