/** `prompts/list` and `prompts/get`. See /specification/2026-07-28/server/prompts */
import {
  type Call,
  type Feature,
  type Handler,
  invalidParams,
  isInputRequired,
  isObject,
  type PromptDescription,
} from '@lutra/core'
import { assertScopes } from '@lutra/core/access'
import type { Environment } from '../environment.ts'
import { explain, readyInput } from '../schema.ts'
import type { AnyPrompt } from '../server-types.ts'
import { type Guarded, readScopes } from './access.ts'
import { compileCompleters } from './completers.ts'
import { createList } from './list.ts'
import { perform, withMessage } from './perform.ts'
import { argumentsOfSchema, choicesOfSchema } from './prompt-arguments.ts'
import { toMessages } from './prompt-result.ts'
import type { Shelf } from './shelf.ts'

/** A prompt as the plan knows it. */
export interface PromptEntry extends Guarded {
  readonly description: PromptDescription
  readonly get: Handler
  readonly complete: Handler | undefined
}

/** The feature of a server that has prompts. */
export function promptsFeature({ prompts, found }: Shelf, env: Environment): Feature {
  const { entries } = prompts
  const keyOf = ({ name }: PromptDescription) => name
  return {
    capabilities: { prompts: { listChanged: true } },
    methods: {
      'prompts/list': createList(
        { method: 'prompts/list', field: 'prompts', shelved: prompts, found: found.prompts, keyOf },
        env,
      ),
      'prompts/get': async (call) => {
        const { name } = call.params
        const entry = typeof name === 'string' ? entries.get(name) : undefined
        if (entry) return entry.get(call)
        if (typeof name === 'string') throw invalidParams(`Unknown prompt: ${name.slice(0, 200)}`)
        throw invalidParams('Invalid params: expected "name" to be the name of a prompt')
      },
    },
  }
}

/** Makes a prompt ready; throws `TypeError` where its schema is off. */
export function compilePrompt(prompt: AnyPrompt, env: Environment): PromptEntry {
  const { name, uses, tags = [] } = prompt
  const owner = `prompt "${name}"`
  const scopes = readScopes(prompt.scopes, owner)
  const input = readyInput(prompt.input, owner)
  const args = argumentsOfSchema(input.json)
  const names = new Set(args.map((argument) => argument.name))
  const completers = { ...choicesOfSchema(input.json), ...prompt.complete }
  const feature = { kind: 'prompt', name, scopes, tags } as const
  const render = prompt.render as (args: unknown, ctx: unknown) => unknown

  return {
    description: describe(prompt, args),
    scopes,
    complete: compileCompleters({ owner, scopes, names: [...names], completers }, env),
    async get(call) {
      assertScopes(call, scopes, owner)
      const given = readArguments(call, owner)
      const unknown = Object.keys(given).find((key) => !names.has(key))
      if (unknown !== undefined) {
        throw invalidParams(
          `Invalid arguments for ${owner}: there is no "${unknown.slice(0, 200)}"`,
        )
      }
      const checked = await input.check(given)
      if (checked.issues) {
        throw invalidParams(`Invalid arguments for ${owner}:\n${explain(checked.issues, given)}`)
      }
      const { value } = checked
      const job = { feature, uses, run: (ctx: unknown) => render(value, ctx) }
      const said = await perform(call, job, env).catch(withMessage)
      if (isObject(said) && isInputRequired(said)) return said
      const { description = prompt.description, messages } = toMessages(said, owner)
      return {
        resultType: 'complete',
        ...(description !== undefined && { description }),
        messages,
        _meta: env.meta,
      }
    },
  }
}

function readArguments({ params }: Call, owner: string): Record<string, unknown> {
  const given = params['arguments'] ?? {}
  if (!isObject(given)) throw invalidParams('Invalid params: expected "arguments" to be an object')
  for (const [key, value] of Object.entries(given)) {
    if (typeof value === 'string') continue
    throw invalidParams(
      `Invalid arguments for ${owner}: expected "${key.slice(0, 200)}" to be a string`,
    )
  }
  return given
}

function describe(
  { name, title, description, icons, _meta }: AnyPrompt,
  args: NonNullable<PromptDescription['arguments']>,
): PromptDescription {
  return {
    name,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(args.length > 0 && { arguments: args }),
    ...(icons && { icons }),
    ...(_meta && { _meta }),
  }
}
