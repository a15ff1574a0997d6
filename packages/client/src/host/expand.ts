import type { MaybePromise } from '../options.ts'

/** A value that a person is to be asked for. */
export interface ConfigInput {
  readonly id: string
  readonly type: string
  readonly description?: string
  /** It is a secret: do not show what is typed. */
  readonly password?: boolean
  readonly default?: string
  readonly options?: readonly string[]
}

export interface ExpandOptions {
  /** Looks up a variable of the environment. Default: that of the process. */
  readonly env?: (name: string) => string | undefined
  /** What `${workspaceFolder}` stands for. */
  readonly workspaceFolder?: string
  /** What `${userHome}` stands for. Default: the `HOME` of the environment. */
  readonly userHome?: string
  /** Asks a person for a value, once for each. */
  readonly onInput?: (input: ConfigInput) => MaybePromise<string>
}

export interface Expander {
  /** Puts values in place of `${…}`; throws `TypeError` naming what has none. */
  expand(text: string): Promise<string>
}

export function createExpander(
  inputs: readonly ConfigInput[],
  options: ExpandOptions = {},
): Expander {
  const { env = processEnv, onInput } = options
  const asked = new Map<string, Promise<string>>()

  function ask(id: string): Promise<string> {
    const input = inputs.find((one) => one.id === id)
    if (!input) throw new TypeError(`The configuration has no input "${id}"`)
    if (!onInput) {
      if (input.default !== undefined) return Promise.resolve(input.default)
      throw new TypeError(`The configuration needs input "${id}": give onInput, which asks for it`)
    }
    const known = asked.get(id)
    if (known !== undefined) return known
    const value = Promise.resolve(onInput(input))
    asked.set(id, value)
    // Who closed the question may be asked again.
    value.catch(() => asked.delete(id))
    return value
  }

  function find(name: string): MaybePromise<string | undefined> {
    const { workspaceFolder, userHome = env('HOME') ?? env('USERPROFILE') } = options
    if (name.startsWith('input:')) return ask(name.slice(6))
    if (name.startsWith('env:')) return env(name.slice(4))
    if (name === 'workspaceFolder') return workspaceFolder
    if (name === 'workspaceFolderBasename') return workspaceFolder?.split(/[\\/]/).at(-1)
    if (name === 'userHome') return userHome
    if (name === 'pathSeparator' || name === '/') return '/'
    return env(name)
  }

  return {
    async expand(text) {
      const parts = text.split(/(\$\{[^{}]*\})/)
      const values = parts.map(async (part, index) => {
        if (index % 2 === 0) return part
        const [name = '', fallback] = splitOnce(part.slice(2, -1), ':-')
        const value = await find(name)
        if (value !== undefined && (value !== '' || fallback === undefined)) return value
        if (fallback !== undefined) return fallback
        throw new TypeError(`The configuration needs ${part}, which has no value`)
      })
      return (await Promise.all(values)).join('')
    },
  }
}

function splitOnce(text: string, by: string): readonly string[] {
  const at = text.indexOf(by)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + by.length)]
}

function processEnv(name: string): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } }
  return process?.env?.[name]
}
