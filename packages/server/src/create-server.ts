import type { Empty } from './definition.ts'
import type {
  AnyPrompt,
  AnyTool,
  Mounts,
  Server,
  ServerOf,
  ServerOptions,
  Several,
} from './server-types.ts'

/** Compiles definitions into one server: a function from call to result that every door serves. */
export function createServer<
  const T extends Several<AnyTool> = readonly [],
  const P extends Several<AnyPrompt> = readonly [],
  M extends Mounts = Empty,
>(options: ServerOptions<T, P, M>): ServerOf<T, P, M> {
  const make: (options: ServerOptions) => Server = () => {
    throw new Error('soon')
  }
  return make(options) as ServerOf<T, P, M>
}
