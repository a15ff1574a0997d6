/** What the instances of a server tell each other about sessions. */
import { type Bus, type Id, isId, isObject } from '@lutra/core'

/** Something happened to a session: its changes are to be read again, or one of its calls is to end. */
export type News =
  | { readonly kind: 'changed'; readonly sid: string }
  | { readonly kind: 'cancel'; readonly sid: string; readonly id: Id }

export interface NewsDesk {
  tell(news: News): void
  /** Begins to listen, once there is somebody to hear about. */
  start(): void
  stop(): void
}

export function createNewsDesk(
  bus: Bus,
  heed: (news: News) => void,
  onError: (error: unknown) => void,
): NewsDesk {
  const from = crypto.randomUUID()
  let stop: (() => void) | undefined

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
      stop ??= bus.subscribe(topic, listen)
    },
    stop() {
      stop?.()
      stop = undefined
    },
  }
}

const topic = 'lutra/legacy/news'
