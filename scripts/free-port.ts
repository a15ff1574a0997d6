import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

const given = new Set<number>()

/**
 * A port that nobody has, nor the one 10,000 above, which the nodes of a cluster also use. Both are below those that a system gives
 * out by itself: between now and its use, or while who has it is away, nobody gets it by chance.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 1000; tries++) {
    const port = randomInt(10_000, 22_000)
    if (given.has(port) || !(await isFree(port)) || !(await isFree(port + 10_000))) continue
    given.add(port)
    return port
  }
  throw new Error('No port is free')
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
