import { type Bus, encodeValue } from '@lutra/core'
import { createListeners } from '../listeners.ts'
import type { RedisParts } from './parts.ts'
import { scripts } from './scripts.ts'

/** Messages by `PUBLISH`, a channel for each topic that somebody of this process listens to. */
export function createRedisBus(
  { redis, runner, names }: RedisParts,
  onError: (error: unknown) => void,
): Bus {
  const listeners = createListeners(onError)
  const channels = new Map<string, { users: number; ready: Promise<void> }>()
  redis.onResubscribed(() => listeners.gap())

  // The library calls this as it reads: what is thrown here costs it the messages that have come together with this one.
  function hear(topic: string, text: string): void {
    try {
      listeners.tell(topic, JSON.parse(text))
    } catch (error) {
      onError(error)
      listeners.gap(topic)
    }
  }

  async function open(topic: string): Promise<void> {
    try {
      await redis.subscribe(names.channelOf(topic), (text) => hear(topic, text))
    } catch (error) {
      onError(error)
      listeners.gap(topic)
    }
  }

  function leave(topic: string): void {
    const channel = channels.get(topic)
    if (!channel) return
    channel.users -= 1
    if (channel.users > 0) return
    channels.delete(topic)
    redis.unsubscribe(names.channelOf(topic)).catch(onError)
  }

  return {
    async publish(topic, message) {
      const channel = names.channelOf(topic)
      await runner.run(scripts.publish, [channel], [encodeValue(message)])
    },
    subscribe(topic, listen, onGap) {
      const end = listeners.add(topic, listen, onGap)
      const channel = channels.get(topic) ?? { users: 0, ready: open(topic) }
      channels.set(topic, channel)
      channel.users += 1
      let over = false
      const stop = () => {
        if (over) return
        over = true
        end()
        leave(topic)
      }
      return Object.assign(stop, { ready: channel.ready })
    },
  }
}
