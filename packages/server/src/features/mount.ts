/** Another server's definitions on this one's shelf, under a prefix. */
import { type Handler, isObject, withCall } from '@lutra/core'
import type { Server } from '../server-types.ts'
import { askedOf, type Inside, insideOf } from './inside.ts'
import type { Finder, Found, Place, Shelf } from './shelf.ts'

/** What is mounted where. */
export interface Mounted {
  readonly prefix: string
  readonly server: Server
}

/**
 * Puts a server's tools and prompts under `prefix_name`, its resources under their own URIs. Calls go through the
 * mounted server as a whole, so that its middleware stays in force; where it has any, lists are asked of it too.
 */
export function mount(shelf: Shelf, { prefix, server }: Mounted): void {
  const inside = insideOf(server)
  if (!inside) throw new TypeError(`Cannot mount "${prefix}": expected a server of createServer()`)
  const own = inside.shelf()
  const found = inside.wrapped ? askedOf(server, own) : own.found
  const mounting = { shelf, prefix, server, inside, found }
  mountTools(mounting)
  mountPrompts(mounting)
  mountResources(mounting)
}

interface Mounting extends Mounted {
  readonly shelf: Shelf
  readonly inside: Inside
  readonly found: Found
}

function mountTools(mounting: Mounting): void {
  const { shelf, prefix, server, inside, found } = mounting
  for (const [name, { description, scopes }] of inside.shelf().tools.entries) {
    const own = prefixed(description, prefix)
    const entry = { description: own, scopes, call: renamed(server, name) }
    shelf.tools.put(entry.description.name, entry, placeOf(`tool "${name}"`, mounting))
  }
  shelf.found.tools.push(...found.tools.map((find) => mapped(find, prefix)))
}

function mountPrompts(mounting: Mounting): void {
  const { shelf, prefix, server, inside, found } = mounting
  for (const [name, { description, scopes, complete }] of inside.shelf().prompts.entries) {
    const entry = {
      description: prefixed(description, prefix),
      scopes,
      get: renamed(server, name),
      complete: complete && renamedRef(server, name),
    }
    shelf.prompts.put(entry.description.name, entry, placeOf(`prompt "${name}"`, mounting))
  }
  shelf.found.prompts.push(...found.prompts.map((find) => mapped(find, prefix)))
}

function mountResources(mounting: Mounting): void {
  const { shelf, server, inside, found } = mounting
  const { resources, templates } = inside.shelf()
  for (const [uri, { description, scopes }] of resources.entries) {
    const place = placeOf(`resource "${description.name}"`, mounting)
    shelf.resources.put(uri, { description, scopes, read: server }, place)
  }
  for (const [uri, { description, scopes, open, complete }] of templates.entries) {
    const entry = {
      description,
      scopes,
      open: (target: string) => open(target) && server,
      complete: complete && server,
    }
    shelf.templates.put(uri, entry, placeOf(`resource "${description.name}"`, mounting))
  }
  shelf.found.resources.push(...found.resources)
  shelf.found.templates.push(...found.templates)
}

function placeOf(what: string, { prefix, inside }: Mounting): Place {
  return { owner: `${what} of the mounted server "${prefix}"`, unlisted: inside.wrapped }
}

function prefixed<D extends { readonly name: string }>(item: D, prefix: string): D {
  return { ...item, name: `${prefix}_${item.name}` }
}

function mapped<D extends { readonly name: string }>(find: Finder<D>, prefix: string): Finder<D> {
  return async (call) => (await find(call)).map((item) => prefixed(item, prefix))
}

function renamed(server: Handler, name: string): Handler {
  return (call) => server(withCall(call, { params: { ...call.params, name } }))
}

function renamedRef(server: Handler, name: string): Handler {
  return (call) => {
    const { ref } = call.params
    const own = isObject(ref) ? { ...ref, name } : ref
    return server(withCall(call, { params: { ...call.params, ref: own } }))
  }
}
