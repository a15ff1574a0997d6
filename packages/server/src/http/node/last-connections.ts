import type { Server as HttpServer } from 'node:http'
import { Server as NetServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * Waits for a moment at which nobody waits to be accepted: whoever does when the socket is closed is cut off by the system, and a
 * proxy that has sent a call by then does not send it elsewhere. At best one after a while in which nobody came; where somebody
 * always does, one between two turns of the event loop, as one is accepted in each.
 */
export async function calm(http: HttpServer): Promise<void> {
  let came = 0
  let lastCame = performance.now()
  const count = () => {
    came += 1
    lastCame = performance.now()
  }
  http.on('connection', count)
  const begun = performance.now()
  for (let quiet = false; !quiet && performance.now() - begun < longestCalmMs; ) {
    const enough = performance.now() - begun < longestCalmMs / 2 ? restMs : 0
    if (performance.now() - lastCame < enough) await pause(restMs / 5)
    const [before, began] = [came, performance.now()]
    await new Promise((resolve) => setImmediate(resolve))
    // A turn in which much was done leaves time for others to come.
    quiet =
      came === before && performance.now() - began < 0.2 && performance.now() - lastCame >= enough
  }
  http.off('connection', count)
}

const restMs = 50
const longestCalmMs = 2000

/**
 * Takes no new connections, and gives those that are there the time to send a request, with whose reply they end: `http.close()`
 * would cut them off as idle. It is over when they have ended, or send nothing any more.
 */
export async function linger(http: HttpServer): Promise<void> {
  const begun = performance.now()
  let lastAsked = begun
  let ended = false
  const count = () => {
    lastAsked = performance.now()
  }
  http.on('request', count)
  http.once('close', () => {
    ended = true
  })
  NetServer.prototype.close.call(http)
  const isOver = () =>
    ended || performance.now() - lastAsked > 200 || performance.now() - begun > longestLingerMs
  while (!isOver()) {
    await pause(20)
    // What has come in the meantime is read first.
    await new Promise((resolve) => setImmediate(resolve))
  }
  http.off('request', count)
}

const longestLingerMs = 2000
