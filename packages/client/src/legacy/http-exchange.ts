import { errorOf, type Message, type RequestMessage } from '@lutra/core'
import { statusOf } from '../era/evidence.ts'
import type { HttpResponse } from '../http/exchange.ts'
import { ConnectionError } from '../words/error.ts'
import { isEventStream, parseMessages } from './http-request.ts'
import { get, type HttpState, post, saysLost } from './http-session.ts'
import { readStream } from './http-stream.ts'
import { SessionLostError } from './wire.ts'

/** Times in a row that a stream may fail to be taken up again. */
const maxFailures = 16

/** Posts a request and reads until its answer was given to the session; rejects when none will come. */
export async function exchange(state: HttpState, message: RequestMessage): Promise<void> {
  const control = new AbortController()
  state.streams.set(message.id, control)
  try {
    const response = await post(state, message, control.signal)
    const reader = createReader(state, message)
    if (isEventStream(response)) await readAnswer(state, response, { reader, control })
    else for (const one of parseMessages(await response.text(state.maxBytes))) reader.read(one)
    if (!reader.answered()) {
      throw new ConnectionError(`The server sent no answer to ${message.method}`)
    }
  } finally {
    state.streams.delete(message.id)
    control.abort()
  }
}

type Reader = ReturnType<typeof createReader>

function createReader(state: HttpState, { id }: RequestMessage) {
  let answered = false
  return {
    answered: () => answered,
    read(message: Message): void {
      if (!('method' in message)) {
        // An error without an id, on the stream of one request, can only be about that.
        if ('error' in message && message.id === undefined) throw errorOf(message)
        answered ||= message.id === id
      }
      state.listener.receive(message, { request: id })
    },
  }
}

async function readAnswer(
  state: HttpState,
  response: HttpResponse,
  { reader, control }: { reader: Reader; control: AbortController },
): Promise<void> {
  const { signal } = control
  try {
    await readStream(
      response,
      {
        open: (lastEventId) => get(state, lastEventId, signal),
        receive: reader.read,
        onWarning: state.warn,
        signal,
        maxBytes: state.maxBytes,
        maxFailures,
      },
      { done: reader.answered },
    )
  } catch (error) {
    const status = statusOf(error)
    if (status === undefined) throw error
    if (state.sessionId !== undefined && saysLost(status, error)) {
      throw new SessionLostError('The server lost the session', { refused: false, cause: error })
    }
    throw new ConnectionError('The stream broke, and the server would not go on with it', {
      cause: error,
    })
  }
}
