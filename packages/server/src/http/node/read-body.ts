import type { IncomingMessage } from 'node:http'

/** Reads a request's body and hands it to `done` once: undefined where it is larger than `max`. Never calls it for a client that vanishes. */
export function readBody(
  req: IncomingMessage,
  max: number,
  done: (body: Uint8Array | undefined) => void,
): void {
  if (Number(req.headers['content-length']) > max) {
    done(undefined)
    return
  }
  if (req.readableEnded) {
    done(Buffer.alloc(0))
    return
  }
  let first: Buffer | undefined
  let parts: Buffer[] | undefined
  let size = 0

  function take(part: Buffer): void {
    size += part.length
    if (size > max) {
      req.off('data', take)
      req.off('end', end)
      first = undefined
      parts = undefined
      // Node.js reads on and forgets: what comes after the limit costs no memory.
      req.resume()
      done(undefined)
    } else if (!first) {
      first = part
    } else {
      parts ??= [first]
      parts.push(part)
    }
  }

  function end(): void {
    // The request lives as long as its reply, which may be for days: it must not hold on to its body.
    req.off('data', take)
    req.off('end', end)
    done(parts ? Buffer.concat(parts, size) : (first ?? Buffer.alloc(0)))
  }

  req.on('data', take)
  req.on('end', end)
}
