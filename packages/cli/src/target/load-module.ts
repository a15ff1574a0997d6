import { existsSync } from 'node:fs'
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
    exported = (await (path === undefined
      ? importFrom(join(process.cwd(), 'lutra.js'), name)
      : importFile(path))) as object
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

/** Sees to it that this process can import TypeScript: by the project's own `tsx`, or by Node.js itself where it can. */
async function prepareTypeScript(path: string): Promise<void> {
  const { features, execArgv } = process
  if (execArgv.some((arg) => /\btsx\b/.test(arg))) return
  const tsx = await findTsx(path)
  if (tsx) tsx.register()
  else if (!(features as { typescript?: unknown }).typescript) {
    throw new UnreachableError(
      `Cannot load ${path}: Node.js ${process.version} does not read TypeScript. ` +
        'Install tsx beside it (npm install -D tsx), or use Node.js 22.18 or later, or give the compiled JavaScript',
    )
  }
}

async function findTsx(path: string): Promise<{ register(): unknown } | undefined> {
  try {
    return (await importFrom(path, 'tsx/esm/api')) as { register(): unknown }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined
    throw error
  }
}

/** Imports a package as the file at a path would: by what is installed beside it. */
function importFrom(path: string, name: string): Promise<unknown> {
  const run = new Script('(name) => import(name)', {
    filename: path,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext() as (name: string) => Promise<unknown>
  return quietly(() => run(name))
}

/** Node.js 20 warns of what is no experiment in later ones: nothing that who serves a file could do anything about. */
function quietly<T>(work: () => T): T {
  const { emitWarning } = process
  const emit = emitWarning as (...args: unknown[]) => void
  process.emitWarning = (...args: unknown[]) => {
    if (!String(args[0]).includes('USE_MAIN_CONTEXT_DEFAULT_LOADER')) emit.apply(process, args)
  }
  try {
    return work()
  } finally {
    process.emitWarning = emitWarning
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.name === 'Error' ? cause.message : `${cause.name}: ${cause.message}`
}
