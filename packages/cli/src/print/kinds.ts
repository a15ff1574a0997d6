import type { CallOptions, Client, Listed, ListKind } from '@lutra/client'

export type Item = Listed[ListKind]

/** One kind of what a server offers. */
export interface Kind {
  /** What the command line calls it. */
  readonly word: string
  /** What the protocol calls it. */
  readonly key: ListKind
  readonly title: string
  readonly capability: 'tools' | 'resources' | 'prompts'
  read(client: Client, options: CallOptions): Promise<readonly Item[]>
}

export const kinds: readonly Kind[] = [
  {
    word: 'tools',
    key: 'tools',
    title: 'Tools',
    capability: 'tools',
    read: (client, options) => client.listTools(options),
  },
  {
    word: 'resources',
    key: 'resources',
    title: 'Resources',
    capability: 'resources',
    read: (client, options) => client.listResources(options),
  },
  {
    word: 'templates',
    key: 'resourceTemplates',
    title: 'Resource templates',
    capability: 'resources',
    read: (client, options) => client.listResourceTemplates(options),
  },
  {
    word: 'prompts',
    key: 'prompts',
    title: 'Prompts',
    capability: 'prompts',
    read: (client, options) => client.listPrompts(options),
  },
]

/** What one calls it by. */
export function keyOf(item: Item): string {
  if ('uriTemplate' in item) return item.uriTemplate
  return 'uri' in item ? item.uri : item.name
}
