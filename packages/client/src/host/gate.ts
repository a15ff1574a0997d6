import { isObject, type Params, type Store } from '@lutra/core'
import type { MaybePromise } from '../options.ts'
import type { Trust } from './entry.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { Hints } from './hints.ts'
import type { HostTool } from './tool-table.ts'

/** What may become of a call that a model wants: `ask` leaves it to a person. */
export type Verdict = 'allow' | 'deny' | 'ask'

/** A call that a model wants to make. */
export interface WantedCall<K = string> {
  readonly server: K
  /** The tool's name on its server. */
  readonly tool: string
  /** What the model called it. */
  readonly id: string
  readonly description: string
  /** A copy: changing it changes nothing. */
  readonly args: Params
  readonly hints: Hints
  readonly trust: Trust
}

/** A call that a person is to decide on. Show them the arguments. */
export interface ApprovalRequest<K = string> extends WantedCall<K> {
  /** The tool is not what it was when it was first called or approved: when that was, ISO 8601. */
  readonly changedSince?: string
}

export interface GateOptions<K = string> {
  /** Decides over each call. Default: what only reads is allowed, as far as the server is believed; the rest is asked for. */
  readonly policy?: (call: WantedCall<K>) => MaybePromise<Verdict>
  /** Asks a person. `always` holds until the tool changes. Without it, what would be asked for is denied. */
  readonly onApprove?: (request: ApprovalRequest<K>) => MaybePromise<boolean | 'always'>
}

/** Says that a call was not made, because a policy or a person did not want it. */
export class CallDeniedError extends Error {
  override readonly name = 'CallDeniedError'
  readonly server: string
  readonly tool: string
  readonly by: 'policy' | 'person' | 'nobody'

  constructor(message: string, about: { server: string; tool: string; by: CallDeniedError['by'] }) {
    super(message)
    this.server = about.server
    this.tool = about.tool
    this.by = about.by
  }
}

/**
 * Lets a model's call through and gives the tool that was decided over, or throws `CallDeniedError`. A tool that changes
 * while a person thinks is decided over again.
 */
export async function passGate(
  find: () => HostTool,
  args: Params,
  options: GateOptions & { readonly store: Store },
): Promise<HostTool> {
  for (let count = 0; count < 3; count++) {
    const tool = find()
    const fingerprint = await fingerprintOf(tool.tool)
    await decide({ tool, fingerprint, args }, options)
    if ((await fingerprintOf(find().tool)) === fingerprint) return tool
  }
  throw denied(find(), 'nobody', 'its description keeps changing')
}

interface Case {
  readonly tool: HostTool
  readonly fingerprint: string
  readonly args: Params
}

async function decide(
  { tool, fingerprint, args }: Case,
  { policy = defaultPolicy, onApprove, store }: GateOptions & { readonly store: Store },
): Promise<void> {
  const { server, name, id, description, hints, trust } = tool
  const call = (): WantedCall => {
    return { server, tool: name, id, description, args: structuredClone(args), hints, trust }
  }
  const pin = await readPin(store, tool)
  // Descriptions are instructions to the model: one that was changed behind everybody's back is a new tool.
  const changed = pin !== undefined && pin.fingerprint !== fingerprint && trust !== 'full'
  const verdict = await policy(call())
  if (verdict === 'deny') throw denied(tool, 'policy', 'the policy of this host forbids it')
  const known = pin?.always === true && !changed
  if (!changed && (verdict === 'allow' || known)) {
    if (pin?.fingerprint !== fingerprint)
      await writePin(store, tool, { fingerprint, always: known })
    return
  }
  if (!onApprove) throw denied(tool, 'nobody', 'it needs approval, and this host has no onApprove')
  const answer = await onApprove(changed ? { ...call(), changedSince: pin.at } : call())
  if (answer !== true && answer !== 'always') throw denied(tool, 'person', 'it was not approved')
  await writePin(store, tool, { fingerprint, always: answer === 'always' })
}

function denied(
  { id, server, name }: HostTool,
  by: CallDeniedError['by'],
  why: string,
): CallDeniedError {
  return new CallDeniedError(`${id} was not called: ${why}`, { server, tool: name, by })
}

function defaultPolicy({ hints }: WantedCall): Verdict {
  return hints.readOnly ? 'allow' : 'ask'
}

/** What a tool was when it was called or approved. */
interface Pin {
  readonly fingerprint: string
  readonly always: boolean
  readonly at: string
}

async function readPin(store: Store, tool: HostTool): Promise<Pin | undefined> {
  const value = (await store.get(keyOf(tool)))?.value
  if (!isObject(value)) return undefined
  const { fingerprint, always, at } = value
  return { fingerprint: String(fingerprint), always: always === true, at: String(at) }
}

async function writePin(store: Store, tool: HostTool, pin: Omit<Pin, 'at'>): Promise<void> {
  await store.set(keyOf(tool), { ...pin, at: new Date().toISOString() })
}

function keyOf({ server, name }: HostTool): string {
  return `tool:${JSON.stringify([server, name])}`
}
