import type { IncomingMessage, ServerResponse } from 'node:http'

/** Answers what is under the issuer; hands the rest on where there is somebody to hand it to. */
export type Listener = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void
