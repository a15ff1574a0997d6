import type { RemoteTarget } from '@lutra/client/connect'
import type { ConfigInput } from '@lutra/client/host'
import type { Handler } from '@lutra/core'
import { isPerson } from '../ask/person.ts'
import type { CommandContext } from '../command.ts'
import { UsageError } from '../errors.ts'
import type { Words } from '../words.ts'
import { readSurroundings } from './options.ts'
import type { Target } from './target.ts'

/** Where a server of a configuration file is. */
export interface Configured {
  readonly kind: 'found'
  readonly target: Handler | RemoteTarget
}

/** The server that a configuration file has under a name, or alone; throws `UsageError` where there is none. */
export async function findConfigured(
  { file, server }: Extract<Target, { readonly kind: 'config' }>,
  words: Words,
  context: CommandContext,
): Promise<Configured> {
  const { readConfig } = await import('@lutra/client/config-node')
  const options = isPerson() ? { onInput: askFor(context) } : {}
  const servers = new Map(Object.entries(await asUsage(() => readConfig(file, options))))
  const names = [...servers.keys()]
  const name = server ?? (names.length === 1 ? names[0] : undefined)
  const entry = name === undefined ? undefined : servers.get(name)
  if (!entry) {
    const wanted = server === undefined ? 'Give --server NAME' : `${file} has no server ${server}`
    throw new UsageError(`${wanted}; it has ${names.join(', ') || 'none'}`)
  }
  const { target } = entry
  if (typeof target !== 'object' || !('find' in target)) return { kind: 'found', target }
  const found = await asUsage(() => target.find())
  return { kind: 'found', target: withOwn(found, words) }
}

/** What the command line says of a server goes before what the file says. */
function withOwn(target: RemoteTarget, words: Words): RemoteTarget {
  if (typeof target !== 'object' || !('command' in target)) return target
  const { env, cwd } = readSurroundings(words)
  return {
    ...target,
    env: { ...target.env, ...env },
    ...(cwd !== undefined && { cwd }),
  }
}

async function asUsage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const { message } = cause as Error
    // The other half of it is for programmers.
    throw new UsageError(
      message.replace(': give onInput, which asks for it', ', which only a terminal can ask for'),
      { cause },
    )
  }
}

/** Has a person give what a configuration leaves open, such as a key. */
function askFor(context: CommandContext): (input: ConfigInput) => Promise<string> {
  return async (input) => {
    const { askByInput } = await import('../ask/ask-input.ts')
    return askByInput(input, context)
  }
}
