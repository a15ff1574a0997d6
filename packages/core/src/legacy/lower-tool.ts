/** Tool descriptions as legacy clients can read them: their schemas are objects all the way. See /specification/2025-11-25/server/tools */
import { isObject } from '../message.ts'

/** A tool without what a legacy client would refuse to parse; the same object where it has nothing of that. */
export function lowerTool(tool: unknown): unknown {
  if (!isObject(tool)) return tool
  const { inputSchema, outputSchema, ...rest } = tool
  const input = objectProperties(inputSchema)
  const output = describesObject(outputSchema) ? objectProperties(outputSchema) : undefined
  if (input === inputSchema && output === outputSchema) return tool
  return { ...rest, inputSchema: input, ...(output !== undefined && { outputSchema: output }) }
}

function describesObject(schema: unknown): boolean {
  return isObject(schema) && schema['type'] === 'object'
}

/** `true` and `false` are schemas since draft 6, but the older dialect has only objects for properties. */
function objectProperties(schema: unknown): unknown {
  if (!isObject(schema) || !isObject(schema['properties'])) return schema
  const entries = Object.entries(schema['properties'])
  if (!entries.some(([, property]) => typeof property === 'boolean')) return schema
  const properties = Object.fromEntries(
    entries.map(([name, property]) => [name, asObject(property)]),
  )
  return { ...schema, properties }
}

function asObject(schema: unknown): unknown {
  if (typeof schema !== 'boolean') return schema
  return schema ? {} : { not: {} }
}
