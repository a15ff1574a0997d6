import { ErrorCode, type Id, RpcError } from '@lutra/core'

/** Refuses an id that an unanswered request has. */
export function duplicateId(id: Id): RpcError {
  const shown = JSON.stringify(id).slice(0, 100)
  return invalidRequest(`a request with the id ${shown} is under way`)
}

/** Refuses one call too many. */
export function tooManyCalls(max: number): RpcError {
  return invalidRequest(`${max} requests are under way, and more are not taken`)
}

function invalidRequest(what: string): RpcError {
  return new RpcError(`Invalid request: ${what}`, { code: ErrorCode.invalidRequest })
}
