import { type Bus, isObject } from '@lutra/core'

/**
 * One connection at a time for each stream: who takes it up last, on whatever instance, has it, and the others let go. So
 * no message goes out on two connections, and a client whose old connection is half dead is not locked out.
 */
export interface Claims {
  /** Calls `lost` when somebody else claims the same; the function that it returns ends that. */
  hold(what: string, lost: () => void): () => void
  /** The same, after taking it from whoever has it. */
  claim(what: string, lost: () => void): () => void
}

export function createClaims(bus: Bus, onError: (error: unknown) => void): Claims {
  function listen(what: string, who: string, lost: () => void): () => void {
    return bus.subscribe(topicOf(what), (told) => {
      if (isObject(told) && told['by'] !== who) lost()
    })
  }
  return {
    hold: (what, lost) => listen(what, '', lost),
    claim(what, lost) {
      const who = crypto.randomUUID()
      const release = listen(what, who, lost)
      bus.publish(topicOf(what), { by: who }).catch(onError)
      return release
    },
  }
}

function topicOf(what: string): string {
  return `lutra/legacy/claim/${what}`
}
