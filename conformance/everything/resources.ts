import { resource } from '@lutra/server'
import { redPixel } from './media.ts'

const cache = { ttlMs: 300_000, cacheScope: 'public' } as const

/** Text, bytes, a template and one to watch. */
export const resources = [
  resource({
    uri: 'test://static-text',
    name: 'static-text',
    description: 'Text that stays as it is',
    mimeType: 'text/plain',
    cache,
    read: () => 'This is the content of the static text resource.',
  }),
  resource({
    uri: 'test://static-binary',
    name: 'static-binary',
    description: 'A picture that stays as it is',
    mimeType: 'image/png',
    cache,
    read: () => Uint8Array.from(Buffer.from(redPixel, 'base64')),
  }),
  resource({
    uri: 'test://template/{id}/data',
    name: 'template',
    description: 'One for each id',
    mimeType: 'application/json',
    read: ({ id }) => ({ id, templateTest: true, data: `Data for ID: ${id}` }),
  }),
  resource({
    uri: 'test://watched-resource',
    name: 'watched-resource',
    description: 'One to subscribe to',
    mimeType: 'text/plain',
    read: () => `Watched at ${new Date().toISOString()}`,
  }),
]
