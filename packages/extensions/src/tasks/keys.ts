import { toBase64Url } from '@lutra/core'
import type { TaskRecord } from './record.ts'

/** What a place on the list of waiting tasks is made from. */
export type Place = Pick<TaskRecord, 'id' | 'createdAt'>

export type Keys = ReturnType<typeof createKeys>

/** A task among others, in the order in which they were made. */
function placeOf({ id, createdAt }: Place): string {
  return `${createdAt.toString(36).padStart(10, '0')}-${id}`
}

/** The keys and topics of tasks. What stands before the first slash spreads them over the nodes of a cluster. */
export function createKeys(prefix: string) {
  const waitFolder = `${prefix}.wait/`
  const of = (kind: string, id: string) => `${prefix}.${kind}.${id.slice(0, 1)}/${id}`
  const stepFolder = (id: string) => `${of('step', id)}/`
  const ownFolder = (list: string) => `${of('own', list)}/`
  return {
    task: (id: string) => of('task', id),
    lease: (id: string) => of('lease', id),
    stepFolder,
    step: (id: string, key: string) => stepFolder(id) + toBase64Url(new TextEncoder().encode(key)),
    waitFolder,
    /** In the order in which tasks were made. */
    wait: (place: Place) => waitFolder + placeOf(place),
    /** The tasks of one caller, in the order in which they were made. */
    ownFolder,
    own: (list: string, place: Place) => ownFolder(list) + placeOf(place),
    /** One of the places that a caller has for open tasks. */
    slot: (list: string, number: number) => `${prefix}.slot.${number % 16}/${list}/${number}`,
    topic: (id: string) => `${prefix}/task/${id}`,
    waitTopic: `${prefix}/waits`,
  }
}
