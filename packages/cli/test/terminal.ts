/** Runs the command line on a pseudo-terminal, which `script` of util-linux makes. */
import { spawnSync } from 'node:child_process'
import { type Options, type Running, sources, start } from './lutra.ts'

/** Why there is no pseudo-terminal here, or false. */
export const noTerminal: string | false = spawnSync('script', ['--version'])
  .stdout?.toString()
  .includes('util-linux')
  ? false
  : 'needs `script` of util-linux'

/** Starts the command line in a terminal of its own: what it shows is `stdout`, what is typed goes through `type`. */
export function startInTerminal(args: readonly string[], options: Options = {}): Running {
  const words = [...(options.program ?? sources), ...args].map(quoted).join(' ')
  return start([], {
    ...options,
    program: ['script', '-qefc', `stty cols 100 rows 40; exec ${words}`, '/dev/null'],
    env: { TERM: 'xterm-256color', ...options.env },
  })
}

/** Keys as a terminal sends them. */
export const keys = {
  enter: '\r',
  down: '\u001b[B',
  up: '\u001b[A',
  space: ' ',
  esc: '\u001b',
  ctrlC: '\u0003',
}

/** Text with its escapes made visible, to be matched. */
export function plain(text: string): string {
  return text.replaceAll('\u001b', 'ESC').replaceAll('\r\n', '\n').replaceAll('\r', 'CR')
}

/** The characters of a text that act on a terminal, but for line ends and tabs. */
export function actingIn(text: string): string[] {
  return [...text.replaceAll('\r\n', '\n')].filter((character) => {
    const code = character.codePointAt(0) ?? 0
    if (character === '\n' || character === '\t') return false
    return (
      code < 0x20 ||
      (code >= 0x7f && code < 0xa0) ||
      code === 0x202e ||
      (code >= 0xe0000 && code < 0xe1000)
    )
  })
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}
