import { resolve } from 'node:path'
import type { Target } from '../target/target.ts'

/** Where a task is, as it is kept: enough to come back, and nothing secret. */
export type Place =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'module'; readonly name: string }
  | { readonly kind: 'config'; readonly file: string; readonly server?: string }
  /** What is behind `--` may hold keys: it has to be typed again. */
  | { readonly kind: 'command'; readonly command: string }

/** What is kept of a target. Passwords and the query of a URL, and the words of a program, are not. */
export function placeOf(target: Target): Place {
  switch (target.kind) {
    case 'url': {
      const { origin, pathname } = target.url
      return { kind: 'url', url: origin + pathname }
    }
    case 'module':
      return {
        kind: 'module',
        name: /^[./]|\.[cm]?[jt]sx?$/.test(target.name) ? resolve(target.name) : target.name,
      }
    case 'config': {
      const { file, server } = target
      return { kind: 'config', file: resolve(file), ...(server !== undefined && { server }) }
    }
    case 'command':
      return { kind: 'command', command: target.command }
  }
}

/** The target of a place; undefined where too little is kept to come back. */
export function targetOf(place: Place): Target | undefined {
  switch (place.kind) {
    case 'url':
      return { kind: 'url', url: new URL(place.url) }
    case 'module':
      return place
    case 'config':
      return { kind: 'config', file: place.file, server: place.server }
    case 'command':
      return undefined
  }
}

export function placeText(place: Place): string {
  switch (place.kind) {
    case 'url':
      return place.url
    case 'module':
      return place.name
    case 'config':
      return `${place.server ?? 'the server'} of ${place.file}`
    case 'command':
      return `-- ${place.command} …`
  }
}

/** Reads a place out of a file; undefined where it is none. */
export function readPlace(value: unknown): Place | undefined {
  const { kind, url, name, file, server, command } = (value ?? {}) as Record<string, unknown>
  if (kind === 'url' && typeof url === 'string' && /^https?:/.test(url) && URL.canParse(url)) {
    return { kind, url }
  }
  if (kind === 'module' && typeof name === 'string') return { kind, name }
  if (kind === 'config' && typeof file === 'string') {
    return { kind, file, ...(typeof server === 'string' && { server }) }
  }
  if (kind === 'command' && typeof command === 'string') return { kind, command }
  return undefined
}
