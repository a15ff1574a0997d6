/** `tools/list` and `tools/call`. See /specification/2026-07-28/server/tools */
import {
  type Call,
  type Feature,
  type Handler,
  type HeaderParam,
  invalidParams,
  isModern,
  isObject,
  methodNotFound,
  type Params,
  readHeaderParams,
  type ToolAnnotations,
  type ToolDescription,
  taskSupport,
  verifyParamHeaders,
} from '@lutra/core'
import { assertScopes } from '@lutra/core/access'
import { deferringOf, supportOf } from '../as-task.ts'
import { ToolError } from '../content.ts'
import type { Context } from '../context.ts'
import type { Environment } from '../environment.ts'
import { explain, readyInput, readyOutput } from '../schema.ts'
import type { AnyTool } from '../server-types.ts'
import type { ToolHints } from '../tool.ts'
import { type Guarded, readScopes } from './access.ts'
import { createList } from './list.ts'
import { perform } from './perform.ts'
import type { Shelf } from './shelf.ts'
import { toolFailure, toToolResult } from './tool-result.ts'

/** A tool as the plan knows it: how it is described, and what is done when it is called by its name. */
export interface ToolEntry extends Guarded {
  readonly description: ToolDescription
  readonly call: Handler
}

/** The feature of a server that has tools. */
export function toolsFeature({ tools, found }: Shelf, env: Environment): Feature {
  const { entries } = tools
  const keyOf = ({ name }: ToolDescription) => name
  return {
    capabilities: { tools: { listChanged: true } },
    methods: {
      'tools/list': createList(
        { method: 'tools/list', field: 'tools', shelved: tools, found: found.tools, keyOf },
        env,
      ),
      'tools/call': async (call) => {
        const { name } = call.params
        const entry = typeof name === 'string' ? entries.get(name) : undefined
        if (entry) return entry.call(call)
        if (typeof name === 'string') throw invalidParams(`Unknown tool: ${name.slice(0, 200)}`)
        throw invalidParams('Invalid params: expected "name" to be the name of a tool')
      },
    },
  }
}

/** Makes a tool ready to be called; throws `TypeError` where its name, a schema or a header annotation is off. */
export function compileTool(tool: AnyTool, env: Environment): ToolEntry {
  const { name } = tool
  const owner = `tool "${name}"`
  const input = readyInput(tool.input, owner)
  const output = tool.output && readyOutput(tool.output, owner)
  const headerParams = headerParamsOf(input.json, owner)
  const returning = { name, output, meta: env.meta }
  const scopes = readScopes(tool.scopes, owner)
  const feature = { kind: 'tool', name, scopes, tags: tool.tags ?? [] } as const
  const deferring = deferringOf(tool.task, scopes)
  const run = tool.run as (args: unknown, ctx: unknown) => unknown

  return {
    description: describe(tool, input.json, output?.json),
    scopes,
    async call(call) {
      assertScopes(call, scopes, owner)
      if (deferring) deferring.admit(call)
      else if (call.defer?.demanded) throw methodNotFound(`tools/call of ${name} as a task`)
      const args = argumentsOf(call.params)
      verifyMirrored(call, headerParams, args)
      const checking = input.check(args)
      const checked = checking instanceof Promise ? await checking : checking
      if (checked.issues) {
        const text = `Invalid arguments for ${owner}:\n${explain(checked.issues, args)}`
        return toolFailure(text, env.meta)
      }
      const { value } = checked
      try {
        const work = (ctx: Context<object>) =>
          deferring
            ? deferring.run(call, { args: value, ctx }, () => run(value, ctx))
            : run(value, ctx)
        const job = { feature, uses: tool.uses, run: work }
        return await toToolResult(await perform(call, job, env), returning)
      } catch (error) {
        if (error instanceof ToolError) return toolFailure(error.message, env.meta)
        throw error
      }
    },
  }
}

// Clients of earlier revisions mirror nothing.
function verifyMirrored({ header, meta }: Call, params: readonly HeaderParam[], args: Params) {
  if (header && params.length > 0 && isModern(meta.protocolVersion))
    verifyParamHeaders(header, params, args)
}

function argumentsOf(params: Params): Params {
  const args = params['arguments']
  if (args === undefined) return {}
  if (isObject(args)) return args
  throw invalidParams('Invalid params: expected "arguments" to be an object')
}

function headerParamsOf(json: Params, owner: string): readonly HeaderParam[] {
  try {
    return readHeaderParams(json)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TypeError(`Cannot use the x-mcp-header annotations of ${owner}: ${why}`, { cause })
  }
}

function describe(
  { name, title, description, icons, _meta, hints, task }: AnyTool,
  inputSchema: Params,
  outputSchema: Params | undefined,
): ToolDescription {
  const annotations = hints && toAnnotations(hints)
  return {
    name,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    inputSchema,
    ...(outputSchema && { outputSchema }),
    ...(annotations && { annotations }),
    ...(icons && { icons }),
    ...(_meta && { _meta }),
    ...(task !== undefined && { [taskSupport]: supportOf(task) }),
  }
}

function toAnnotations({
  readOnly,
  destructive,
  idempotent,
  openWorld,
}: ToolHints): ToolAnnotations {
  return {
    ...(readOnly !== undefined && { readOnlyHint: readOnly }),
    ...(destructive !== undefined && { destructiveHint: destructive }),
    ...(idempotent !== undefined && { idempotentHint: idempotent }),
    ...(openWorld !== undefined && { openWorldHint: openWorld }),
  }
}
