/** Refuses references that lead back to where they started without going into the value. */
import { SchemaError } from '../json-schema.ts'
import type { Document, Place } from './document.ts'
import { resolve } from './resolve.ts'

export function assertEnds(document: Document): void {
  const known = new Map<unknown, 'open' | 'ended'>()
  for (const start of document.places.values()) {
    // Depth first with a stack of its own: a chain of references may be longer than that of calls.
    const stack: Place[] = [start]
    for (let place = stack.at(-1); place; place = stack.at(-1)) {
      if (known.has(place.schema)) {
        known.set(place.schema, 'ended')
        stack.pop()
        continue
      }
      known.set(place.schema, 'open')
      for (const next of appliedInPlace(document, place)) {
        const state = known.get(next.schema)
        if (state === undefined) stack.push(next)
        if (state === 'open')
          throw new SchemaError(`${place.pointer}: refers to itself without end`)
      }
    }
  }
}

/** The schemas that are applied to the same value whatever it is. */
function appliedInPlace(document: Document, place: Place): readonly Place[] {
  const { schema, resource } = place
  if (typeof schema === 'boolean') return []
  const reference = schema['$ref']
  const target = typeof reference === 'string' ? [resolve(document, place, reference)] : []
  if (resource.dialect.name === 'draft-07' && target.length > 0) return target
  const places = [...target]
  for (const keyword of ['allOf', 'anyOf', 'oneOf', 'not', 'if']) {
    const value = schema[keyword]
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) {
      const there = document.places.get(one)
      if (there) places.push(there)
    }
  }
  return places
}
