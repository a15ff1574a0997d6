import { type Call, type Params, withCall } from '@lutra/core'

/** Another call for the same caller. The progress token belongs to the call that made the task. */
export function about(call: Call, method: string, params: Params): Call {
  const { progressToken: _, ...meta } = call.meta
  return withCall(call, { method, params, meta })
}
