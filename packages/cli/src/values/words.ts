import { readFileSync } from 'node:fs'
import { isObject } from '@lutra/core'
import { UsageError } from '../errors.ts'

/** What one word of a command line says about a value. */
export type Given =
  /** `key=text`, `key=@file`: read by the schema. */
  | { readonly kind: 'text'; readonly key: string; readonly text: string }
  /** `key:=json`: as it is. */
  | { readonly kind: 'json'; readonly key: string; readonly value: unknown }
  /** `{…}`, `@file.json`, `@-`: several at once. */
  | { readonly kind: 'all'; readonly values: Readonly<Record<string, unknown>> }

/** Reads `key=value`, `key:=json`, `key=@file`, `{json}`, `@file.json` and `@-`; throws `UsageError` on anything else. */
export function readGiven(word: string): Given {
  if (word.startsWith('{')) return { kind: 'all', values: readObject(word, 'The JSON') }
  if (word.startsWith('@')) {
    const file = word.slice(1)
    return { kind: 'all', values: readObject(readFile(file), nameOf(file)) }
  }
  const [, key = '', operator, rest = ''] = /^([^=]*?)(:?=)(.*)$/s.exec(word) ?? []
  if (operator === undefined || key === '') {
    throw new UsageError(`Expected key=value, key:=json or {"key": …}, not ${JSON.stringify(word)}`)
  }
  if (operator === ':=') return { kind: 'json', key, value: readJson(rest, key) }
  return { kind: 'text', key, text: readText(rest, key) }
}

/** Reads `key=value` and `key=@file` alone. */
export function readPair(word: string): readonly [key: string, text: string] {
  const given = readGiven(word)
  if (given.kind === 'text') return [given.key, given.text]
  throw new UsageError(`Expected key=value, not ${JSON.stringify(word)}`)
}

/** A text that stands for itself, or for what is in a file: `@file`, `@-` for stdin; `@@` begins a text with `@`. */
export function readText(text: string, key: string): string {
  if (text.startsWith('@@')) return text.slice(1)
  if (!text.startsWith('@')) return text
  try {
    return readFile(text.slice(1))
  } catch (cause) {
    const { message } = cause as Error
    throw new UsageError(`${message}; a text that begins with @ is written ${key}=@${text}`, {
      cause,
    })
  }
}

function readFile(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : (cause as Error).message
    throw new UsageError(`Cannot read ${nameOf(path)}: ${why}`, { cause })
  }
}

function readObject(text: string, name: string): Readonly<Record<string, unknown>> {
  const value = readJson(text, name)
  if (isObject(value)) return value
  throw new UsageError(`${name} must be an object: {"key": value}`)
}

function readJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new UsageError(`${name} is no JSON: ${(cause as Error).message}`, { cause })
  }
}

function nameOf(path: string): string {
  return path === '-' ? 'stdin' : path
}
