/** What the instances of a server tell each other about sessions. */
import { type Bus, type Id, isId, isObject, type Subscription } from '@lutra/core'
import { soon } from './soon.ts'

/** Something happened to a session: its changes are to be read again, or one of its calls is to end. */
export type News =
  | { readonly kind: 'changed'; readonly sid: string }
  | { readonly kind: 'cancel'; readonly sid: string; readonly id: Id }

export interface NewsDesk {
  tell(news: News): void
  /** Begins to listen, once there is somebody to hear about: undefined where that is so already, else what to wait for. */
  start(): Promise<void> | undefined
  stop(): void
}

export interface NewsOptions {
  readonly bus: Bus
  readonly heed: (news: News) => void
  /** News may have been lost: any session may have changed. */
  readonly missed: () => void
  readonly onError: (error: unknown) => void
}

export function createNewsDesk({ bus, heed, missed, onError }: NewsOptions): NewsDesk {
  const from = crypto.randomUUID()
  let stop: Subscription | undefined
  let ready: Promise<void> | undefined

  function listen(told: unknown): void {
    if (!isObject(told) || told['from'] === from || typeof told['sid'] !== 'string') return
    const { kind, sid, id } = told
    if (kind === 'changed') heed({ kind, sid })
    else if (kind === 'cancel' && isId(id)) heed({ kind, sid, id })
  }

  return {
    tell(news) {
      bus.publish(topic, { ...news, from }).catch(onError)
    },
    start() {
      if (stop) return ready
      stop = bus.subscribe(topic, listen, missed)
      const heard = () => {
        ready = undefined
      }
      ready = stop.ready && soon(stop.ready).then(heard)
      return ready
    },
    stop() {
      stop?.()
      stop = undefined
    },
  }
}

const topic = 'lutra/legacy/news'
