import type { Authorizer, AuthorizerContext, WayIn } from '../http/authorizer.ts'
import { isLoopback } from '../http/loopback.ts'
import { localOf } from '../words/local.ts'
import { authorizeSender } from './authorize-sender.ts'
import { createClocks } from './clocks.ts'

/** Makes a way in of your own of what authorizes the requests to one server. */
export function wayIn(make: (context: AuthorizerContext) => Authorizer): WayIn {
  return (context) => {
    const authorizer = make(context)
    const clocks = createClocks()
    // Tokens go to the server and nowhere else.
    const { origin, protocol, hostname } = context.server
    if (protocol === 'http:' && !isLoopback(hostname)) {
      context.warn(`The token for ${origin} is sent in the clear; use https`)
    }
    return {
      authorizer,
      through: (sender) => authorizeSender(sender, { authorizer, origin, clocks }),
      timed: (handler) => (call) => {
        const deadline = localOf(call)?.deadline
        return deadline ? handler(call).finally(clocks.watch(deadline)) : handler(call)
      },
      watch: clocks.watch,
    }
  }
}
