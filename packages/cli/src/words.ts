import { parseArgs } from 'node:util'
import type { Flags } from './command.ts'
import { UsageError } from './errors.ts'
import { nearest } from './nearest.ts'

/** The words of a command line, taken apart. */
export interface Words {
  /** What is neither an option nor behind `--`. */
  readonly plain: readonly string[]
  /** What is behind `--`: a command to run. */
  readonly command: readonly string[] | undefined
  /** The value of an option. */
  text(name: string): string | undefined
  /** The values of an option that may be given several times. */
  texts(name: string): readonly string[]
  /** Whether a switch is on. */
  on(name: string): boolean
}

/** Takes the words behind a command's name apart; throws `UsageError` naming the one that is wrong. */
export function parseWords(args: readonly string[], flags: Flags): Words {
  const at = args.indexOf('--')
  const own = at < 0 ? args : args.slice(0, at)
  const { values, positionals } = parse(own.map(hideDash), flags)
  return {
    plain: positionals.map(showDash),
    command: at < 0 ? undefined : args.slice(at + 1),
    text(name) {
      const value = values[name]
      return typeof value === 'string' ? showDash(value) : undefined
    },
    texts(name) {
      const value = values[name]
      return Array.isArray(value)
        ? value.filter((one) => typeof one === 'string').map(showDash)
        : []
    },
    on: (name) => values[name] === true,
  }
}

// One task in 64 had an id that begins with a dash, and no option is as long.
function hideDash(word: string): string {
  return /^-[\w-]{31}$/.test(word) ? `${hidden}${word}` : word
}

function showDash(word: string): string {
  return word.startsWith(hidden) ? word.slice(hidden.length) : word
}

// No word of a command line holds it.
const hidden = '\0'

function parse(args: readonly string[], flags: Flags) {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { type, short, multiple = false }]) => [
      name,
      { type, multiple, ...(short !== undefined && { short }) },
    ]),
  )
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  for (const token of tokens) {
    if (token.kind === 'option') verifyOption(token, flags)
  }
  return { values, positionals }
}

function verifyOption(
  { name, rawName, value }: { name: string; rawName: string; value: string | undefined },
  flags: Flags,
): void {
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined
  if (!flag) {
    const near = nearest(name, Object.keys(flags))
    throw new UsageError(`Unknown option ${rawName}${near ? `; did you mean --${near}?` : ''}`)
  }
  if (flag.type === 'string' && value === undefined)
    throw new UsageError(`${rawName} needs a value: ${rawName} ${flag.value ?? 'VALUE'}`)
  if (flag.type === 'boolean' && value !== undefined)
    throw new UsageError(`${rawName} is a switch and takes no value`)
}
