/** The grammar of `_meta` keys and of the ids of extensions. See /specification/2026-07-28/basic#meta */

/** Whether a `_meta` key is well-formed: a name, with a prefix of dotted labels before it or without. */
export function isMetaKey(key: string): boolean {
  const { prefix, name } = split(key)
  return (prefix === undefined || isPrefix(prefix)) && (name === '' || isName(name))
}

/** Whether a key or id is under a prefix that the specification keeps for itself, such as `io.modelcontextprotocol/`. */
export function isReservedKey(key: string): boolean {
  const label = split(key).prefix?.split('.')[1]
  return label === 'modelcontextprotocol' || label === 'mcp'
}

/** Whether an id can name an extension: a `_meta` key with a prefix, such as `com.example/name`. */
export function isExtensionId(id: string): boolean {
  const { prefix, name } = split(id)
  return prefix !== undefined && isPrefix(prefix) && isName(name)
}

function split(key: string): { prefix?: string; name: string } {
  const at = key.indexOf('/')
  return at < 0 ? { name: key } : { prefix: key.slice(0, at), name: key.slice(at + 1) }
}

function isPrefix(prefix: string): boolean {
  return prefix.length <= longest && prefix.split('.').every((part) => label.test(part))
}

function isName(name: string): boolean {
  return name.length <= longest && word.test(name)
}

const longest = 1024
const label = /^[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/
const word = /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?$/
