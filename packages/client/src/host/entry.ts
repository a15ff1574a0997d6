import type { Handler } from '@lutra/core'
import type { ConnectAnyOptions, HttpTarget, RemoteTarget } from '../connect.ts'
import type { Command } from '../pipe/command.ts'

/**
 * How far a server is believed: `full` for one's own, `hints` for one whose descriptions of its tools are believed,
 * `none` for all others.
 */
export type Trust = 'full' | 'hints' | 'none'

/** What a host wants for one server alone. */
export interface EntryOptions {
  /** Default: `full` for a server in the same process, `none` for any other. */
  readonly trust?: Trust
  /** Connects on first use only. Default: false. */
  readonly lazy?: boolean
  /** What the names of its tools begin with, for a model. Default: the name of the server in the host. */
  readonly prefix?: string
  /** How it is connected to and called. */
  readonly options?: Omit<ConnectAnyOptions, 'signal' | 'answer' | 'info'>
}

/** Says where a server is, asked each time that it is connected to. */
export interface Finder {
  find(): Promise<RemoteTarget>
}

/** One server of a host, with what it needs for itself. */
export interface Entry<S = unknown> extends EntryOptions {
  /** Where it is. */
  readonly target: Handler | RemoteTarget | Finder
  /** Never there: carries the type of the server. */
  readonly '~server'?: S
}

/** What may stand for a server in a host. */
export type HostTarget = Handler | RemoteTarget | Entry

/** The type of the server behind what stands for it. */
export type ServerOf<E> = E extends Entry<infer S> ? S : E extends Handler ? E : unknown

/** A server at a URL, with its types: `remote<App>('https://…')`. */
export function remote<S = unknown>(
  target: string | URL | HttpTarget,
  options: EntryOptions = {},
): Entry<S> {
  return { ...options, target }
}

/** A server to be started as a process, with its types. */
export function stdio<S = unknown>(
  command: string | Command,
  args: readonly string[] = [],
  options: EntryOptions = {},
): Entry<S> {
  return { ...options, target: typeof command === 'string' ? { command, args } : command }
}

/** What stands for a server, with all that goes without saying. */
export function readEntry(target: HostTarget): Entry & { readonly trust: Trust } {
  const entry: Entry = isEntry(target) ? target : { target }
  const trust = entry.trust ?? (typeof entry.target === 'function' ? 'full' : 'none')
  return { ...entry, trust }
}

function isEntry(target: HostTarget): target is Entry {
  return typeof target === 'object' && 'target' in target
}
