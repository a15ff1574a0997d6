import { createServer, tool } from '@lutra/server'
import { z } from 'zod'

const forecast = tool({
  name: 'forecast',
  description: 'The weather in a city, for the next days',
  input: z.object({ city: z.string(), days: z.number().int().min(1).max(7).default(3) }),
  run: ({ city, days }) => ({ city, celsius: Array.from({ length: days }, (_, day) => 21 - day) }),
})

export const server = createServer({ name: 'weather', version: '1.0.0', tools: [forecast] })
export type Weather = typeof server
