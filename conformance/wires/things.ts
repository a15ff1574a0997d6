import { prompt, resource } from '@lutra/server'
import { z } from 'zod'

const cities = ['Basel', 'Bern', 'Brig']

/** Resources: fixed, binary, templated, missing, failing. */
export const resources = [
  resource({ uri: 'note://plain', name: 'plain', read: () => 'a plain note' }),
  resource({
    uri: 'note://bytes',
    name: 'bytes',
    mimeType: 'application/octet-stream',
    read: () => Uint8Array.of(0, 255),
  }),
  resource({
    uri: 'city://{country}/{city}',
    name: 'city',
    complete: { city: (value) => cities.filter((city) => city.startsWith(value)) },
    read: ({ country, city }) => (cities.includes(city) ? `${city} in ${country}` : undefined),
  }),
  resource({
    uri: 'note://broken',
    name: 'broken',
    read: () => {
      throw new Error('hunter2')
    },
  }),
]

/** Prompts: with arguments, with suggestions, with one that asks. */
export const prompts = [
  prompt({
    name: 'greet',
    description: 'Greets somebody',
    input: z.object({ name: z.string(), tone: z.enum(['warm', 'cool']).optional() }),
    complete: { name: (value) => ['Ada', 'Alan'].filter((one) => one.startsWith(value)) },
    render: ({ name, tone = 'warm' }) => [
      { role: 'user', text: `Greet ${name}, ${tone}` },
      { role: 'assistant', text: 'Gladly' },
    ],
  }),
  prompt({ name: 'plain', render: () => 'Say something' }),
]
