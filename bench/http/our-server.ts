import { createServer, tool } from '@lutra/server'
import { echo, otherInput, otherTools } from './tools.ts'

/** Our server with so many tools, as a user writes it. */
export function ourServer(tools: number) {
  const others = otherTools(tools - 1).map((one) =>
    tool({ ...one, input: otherInput, run: ({ query }) => query }),
  )
  return createServer({
    name: 'bench',
    version: '1.0.0',
    tools: [tool({ ...echo, run: ({ text }) => text }), ...others],
    limits: { subscriptions: 10_000 },
  })
}
