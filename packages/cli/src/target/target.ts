import { existsSync } from 'node:fs'
import { UsageError } from '../errors.ts'
import type { Words } from '../words.ts'

/** Where a server is, as the command line says it. */
export type Target =
  | { readonly kind: 'url'; readonly url: URL }
  /** A file, or the name of a package, that exports a server. */
  | { readonly kind: 'module'; readonly name: string }
  | { readonly kind: 'command'; readonly command: string; readonly args: readonly string[] }
  /** A server of a configuration file. */
  | { readonly kind: 'config'; readonly file: string; readonly server: string | undefined }

/** The target of a command line, and the words that are left: it is behind `--`, in `--config`, or the first word. */
export function readTarget(words: Words): { target: Target; rest: readonly string[] } {
  const { plain, command } = words
  const file = words.text('config')
  if (command && file !== undefined) {
    throw new UsageError('Give one target: either --config FILE or a command behind --')
  }
  if (command) return { target: readCommand(command), rest: plain }
  if (file !== undefined) {
    return { target: { kind: 'config', file, server: words.text('server') }, rest: plain }
  }
  if (words.text('server') !== undefined) {
    throw new UsageError('--server NAME needs --config FILE, which has the servers')
  }
  const [first, ...rest] = plain
  if (first === undefined) {
    throw new UsageError(
      'There is no target: give a URL or a file first, or a command behind --, or --config FILE',
    )
  }
  return { target: readPlace(first), rest }
}

/** The URL of a server over HTTP; throws `UsageError` for what is none. */
export function readServer(text: string): URL {
  const place = readPlace(text)
  if (place.kind === 'url') return place.url
  throw new UsageError(`Expected the URL of a server over HTTP, not ${JSON.stringify(text)}`)
}

/** A file or a package that exports a server; throws `UsageError` where it cannot be one. */
export function readModule(text: string): Target {
  if (existsSync(text) || packageName.test(text)) return { kind: 'module', name: text }
  throw new UsageError(`There is no file ${JSON.stringify(text)}`)
}

function readPlace(text: string): Target {
  if (/^https?:\/\//i.test(text)) {
    if (URL.canParse(text)) return { kind: 'url', url: new URL(text) }
    throw new UsageError(`Not a URL: ${JSON.stringify(text)}`)
  }
  if (existsSync(text)) return { kind: 'module', name: text }
  if (/^(?:localhost|127\.0\.0\.1|\[::1\])(?::|\/|$)/.test(text)) {
    throw new UsageError(`A URL begins with http:// or https://: http://${text}`)
  }
  if (/\.[cm]?[jt]sx?$/.test(text) || /^[./]/.test(text)) {
    throw new UsageError(`There is no file ${JSON.stringify(text)}`)
  }
  throw new UsageError(
    `${JSON.stringify(text)} is neither a URL nor a file; the target comes first: a URL, a file, or a command behind --`,
  )
}

function readCommand([command, ...args]: readonly string[]): Target {
  if (command === undefined) throw new UsageError('There is no command behind --')
  return { kind: 'command', command, args }
}

const packageName = /^(?:@[\w.-]+\/)?[\w-][\w.-]*(?:\/[\w./-]+)?$/
