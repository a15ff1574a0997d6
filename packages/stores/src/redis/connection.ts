/** What the engine needs of Redis, whether it is one server or a cluster. */
export interface Redis {
  /** Sends a command to where `key` lives. */
  send(key: string, command: readonly string[]): Promise<unknown>
  subscribe(channel: string, listen: (message: string) => void): Promise<void>
  unsubscribe(channel: string): Promise<void>
  /** Called whenever hearing channels begins again after a lost connection. */
  onResubscribed(listen: () => void): void
  close(): Promise<void>
}

/** Runs scripts, which Redis keeps by the hash of their text. */
export interface ScriptRunner {
  run(script: string, keys: readonly string[], args: readonly string[]): Promise<unknown>
}

export function createScriptRunner(redis: Redis): ScriptRunner {
  const hashes = new Map<string, Promise<string>>()

  function hashOf(script: string): Promise<string> {
    const known = hashes.get(script) ?? sha1(script)
    hashes.set(script, known)
    return known
  }

  return {
    async run(script, keys, args) {
      const [first = ''] = keys
      const rest = [String(keys.length), ...keys, ...args]
      try {
        return await redis.send(first, ['EVALSHA', await hashOf(script), ...rest])
      } catch (error) {
        // A server that was started anew, or another node, has not heard of it.
        if (
          !String(error).includes('NOSCRIPT') &&
          !String((error as Error).cause).includes('NOSCRIPT')
        )
          throw error
        return await redis.send(first, ['EVAL', script, ...rest])
      }
    },
  }
}

async function sha1(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
