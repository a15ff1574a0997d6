import type { Connection, Handler, Pipe } from '@lutra/core'
import { connectHttp } from './connect-http.ts'
import type { EraOptions } from './era/options.ts'
import { negotiatePipe } from './legacy/negotiate-pipe.ts'
import type { ClientOptions, HttpOptions } from './options.ts'
import type { Command, StdioOptions } from './pipe/command.ts'
import type { Client } from './words/client.ts'
import { connectHandler } from './words/connect-handler.ts'
import { createClient } from './words/create-client.ts'
import { ConnectionError } from './words/error.ts'

export { ConnectError } from './era/connect-error.ts'
export type { EraOptions } from './era/options.ts'
export type { Command, StdioOptions } from './pipe/command.ts'

/** A server at a URL, with what it needs for itself alone. */
export interface HttpTarget extends Pick<HttpOptions, 'headers' | 'token' | 'auth'> {
  readonly url: string | URL
}

/** A server that is somewhere else. */
export type RemoteTarget = string | URL | HttpTarget | Command | Pipe | Connection

export interface ConnectAnyOptions extends ClientOptions, HttpOptions, StdioOptions, EraOptions {
  /** Starts commands. Default: `connectStdio`, loaded when it is needed; bundles that leave nothing to be loaded give it here. */
  readonly stdio?: ConnectStdio
}

/** How a command is started and connected to: the shape of `connectStdio`. */
export type ConnectStdio = (
  command: Command,
  options: StdioOptions & EraOptions,
) => Promise<Connection>

/** Connects to a server in the same process, and takes its types from it. */
export function connect<S extends Handler>(
  server: S,
  options?: ConnectAnyOptions,
): Promise<Client<S>>
/** Connects to a server wherever it is, in whichever era it speaks. Its types come from `S`: `connect<App>(url)`. */
export function connect<S = unknown>(
  target: RemoteTarget,
  options?: ConnectAnyOptions,
): Promise<Client<S>>
export async function connect(
  target: Handler | RemoteTarget,
  options: ConnectAnyOptions = {},
): Promise<Client> {
  return createClient(await reach(target, options), options)
}

/** A connection to whatever kind of target it is given. */
async function reach(
  target: Handler | RemoteTarget,
  options: ConnectAnyOptions,
): Promise<Connection> {
  if (typeof target === 'function') return connectHandler(target, options)
  if (typeof target === 'string' || target instanceof URL) return connectHttp(target, options)
  if (typeof target !== 'object' || target === null) throw unknownTarget()
  if ('handler' in target) return target
  if ('command' in target) return (options.stdio ?? (await loadStdio()))(target, options)
  if ('incoming' in target) return negotiatePipe(once(target), { ...options, target: 'the pipe' })
  if ('url' in target) {
    const { url, ...own } = target
    return connectHttp(url, { ...options, ...own })
  }
  throw unknownTarget()
}

function unknownTarget(): TypeError {
  return new TypeError(
    'Expected a URL, a server, { url }, { command, args }, a pipe or a connection to connect to',
  )
}

/** A pipe cannot be opened twice, as a process can be started twice. */
function once(pipe: Pipe): () => Pipe {
  let used = false
  return () => {
    if (used) {
      throw new ConnectionError(
        "The pipe ended over server/discover; give a fresh one with era: 'legacy'",
        { final: true },
      )
    }
    used = true
    return pipe
  }
}

// Named by a variable, so that what is built for the web does not take in Node's processes.
const stdioModule: string = '@lutra/client/connect-stdio'

async function loadStdio(): Promise<ConnectStdio> {
  try {
    const loaded: { readonly connectStdio: ConnectStdio } = await import(stdioModule)
    return loaded.connectStdio
  } catch (cause) {
    throw new TypeError(
      "Commands cannot be started here: give `stdio: connectStdio` from '@lutra/client/connect-stdio'",
      { cause },
    )
  }
}
