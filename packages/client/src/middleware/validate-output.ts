/** Structured results against the schemas that tools gave for them. See /specification/2026-07-28/server/tools#output-schema */
import {
  type Call,
  isObject,
  type JsonSchema,
  type Middleware,
  type Result,
  type ToolDescription,
} from '@lutra/core'
import { InvalidResponseError } from '../words/error.ts'

/** Says what is wrong with a value; nothing where it fits. */
export type Validate = (
  value: unknown,
) => readonly { readonly path: string; readonly message: string }[]

/** Makes a check out of a schema; throws where the schema is none that can be checked. */
export type CompileSchema = (schema: JsonSchema) => Validate

export interface ValidateOutputOptions {
  readonly compile: CompileSchema
  readonly onWarning: (message: string) => void
}

/** Refuses structured results that break the schema that the last `tools/list` gave for their tool. */
export function validateOutput({ compile, onWarning }: ValidateOutputOptions): Middleware {
  const schemas = new Map<string, JsonSchema | undefined>()
  const compiled = new WeakMap<object, Validate>()
  const learned = new WeakSet<object>()

  function learn(call: Call, { tools }: Result): void {
    if (!Array.isArray(tools) || learned.has(tools)) return
    learned.add(tools)
    if (call.params['cursor'] === undefined) schemas.clear()
    for (const tool of tools as readonly Partial<ToolDescription>[]) {
      if (isObject(tool) && typeof tool.name === 'string') schemas.set(tool.name, tool.outputSchema)
    }
  }

  function validateOf(name: string): Validate | undefined {
    const schema = schemas.get(name)
    if (!isObject(schema)) return undefined
    const known = compiled.get(schema)
    if (known) return known
    let validate: Validate = () => []
    try {
      validate = compile(schema)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      onWarning(
        `The results of tool ${name} are not checked, for its output schema cannot be: ${reason}`,
      )
    }
    compiled.set(schema, validate)
    return validate
  }

  function check(call: Call, result: Result): void {
    if (result.resultType !== 'complete' || result['isError'] === true) return
    const name = String(call.params['name'])
    const validate = validateOf(name)
    if (!validate) return
    if (!Object.hasOwn(result, 'structuredContent')) {
      throw new InvalidResponseError(
        `Tool ${name} promised structured content by its output schema, and gave none`,
      )
    }
    const violations = validate(result['structuredContent'])
    if (violations.length === 0) return
    const listed = violations.map(({ path, message }) => `${path || '/'} ${message}`).join('; ')
    throw new InvalidResponseError(`The result of tool ${name} breaks its output schema: ${listed}`)
  }

  return (next) => async (call) => {
    const result = await next(call)
    if (call.method === 'tools/list') learn(call, result)
    else if (call.method === 'tools/call') check(call, result)
    return result
  }
}
