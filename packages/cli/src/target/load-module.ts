import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { constants, Script } from 'node:vm'
import type { Servable } from '@lutra/server'
import { UnreachableError } from '../errors.ts'

/** What a module exports to be served. */
export type Loaded =
  | { readonly kind: 'handler'; readonly handler: Servable }
  /** It speaks HTTP by itself. */
  | { readonly kind: 'fetch'; readonly fetch: (request: Request) => Response | Promise<Response> }

/**
 * Loads a file, or a package by its name, and finds the server in it: the default export, or the one named `server`. Throws
 * `UnreachableError` where there is none.
 */
export async function loadModule(name: string): Promise<Loaded> {
  const path = existsSync(name) ? resolve(name) : undefined
  let exported: object
  try {
    exported = (await (path === undefined ? importPackage(name) : importFile(path))) as object
  } catch (cause) {
    if (cause instanceof UnreachableError) throw cause
    throw new UnreachableError(`Cannot load ${name}: ${reasonOf(cause)}`, { cause })
  }
  const found = findServer(new Map(Object.entries(exported)))
  if (found) return found
  const names = Object.keys(exported).join(', ')
  throw new UnreachableError(
    `${name} exports no server: expected a default export, or one named "server", that is a server of createServer, ` +
      `a handler, or { fetch }; it exports ${names || 'nothing'}`,
  )
}

function findServer(exports: ReadonlyMap<string, unknown>): Loaded | undefined {
  // A CommonJS module that was compiled from ESM has its own default export one level down.
  const main = exports.get('default')
  const inner = main as { default?: unknown; server?: unknown } | null | undefined
  const candidates = [main, exports.get('server'), inner?.server, inner?.default]
  for (const one of candidates) {
    if (typeof one === 'function') return { kind: 'handler', handler: one as Servable }
    const { fetch } = (one ?? {}) as { fetch?: unknown }
    if (typeof fetch === 'function') {
      return { kind: 'fetch', fetch: (request) => fetch.call(one, request) }
    }
  }
  return undefined
}

async function importFile(path: string): Promise<unknown> {
  if (/\.[cm]?tsx?$/.test(path)) await prepareTypeScript(path)
  return import(pathToFileURL(path).href)
}

/** Imports a package as a file in the current folder would. */
function importPackage(name: string): Promise<unknown> {
  const run = new Script('(name) => import(name)', {
    filename: join(process.cwd(), 'lutra.js'),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext() as (name: string) => Promise<unknown>
  return run(name)
}

/** Sees to it that this process can import TypeScript: by the project's own `tsx`, or by Node.js itself where it can. */
async function prepareTypeScript(path: string): Promise<void> {
  const { features, execArgv } = process
  if (execArgv.some((arg) => /\btsx\b/.test(arg))) return
  const tsx = findTsx(path)
  if (tsx !== undefined) {
    const api = (await import(pathToFileURL(tsx).href)) as { register(): unknown }
    api.register()
    return
  }
  if ((features as { typescript?: unknown }).typescript) return
  throw new UnreachableError(
    `Cannot load ${path}: Node.js ${process.version} does not read TypeScript. ` +
      'Install tsx beside it (npm install -D tsx), or use Node.js 22.18 or later, or give the compiled JavaScript',
  )
}

function findTsx(path: string): string | undefined {
  try {
    return createRequire(path).resolve('tsx/esm/api')
  } catch {
    return undefined
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.name === 'Error' ? cause.message : `${cause.name}: ${cause.message}`
}
