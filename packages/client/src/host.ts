export type { AskOptions, HostQuestion } from './host/ask.ts'
export { type ConfigOptions, fromConfig } from './host/config.ts'
export {
  createHost,
  type Host,
  type HostOptions,
  type HostServers,
} from './host/create-host.ts'
export {
  type Entry,
  type EntryOptions,
  type Finder,
  type HostTarget,
  remote,
  type ServerOf,
  stdio,
  type Trust,
} from './host/entry.ts'
export type { ConfigInput, ExpandOptions } from './host/expand.ts'
export {
  type ApprovalRequest,
  CallDeniedError,
  type GateOptions,
  type Verdict,
  type WantedCall,
} from './host/gate.ts'
export type { Hints } from './host/hints.ts'
export type { HostServer } from './host/host-server.ts'
export type { ReconnectOptions } from './host/keep-connected.ts'
export type { Collision, ToolPlace } from './host/model-names.ts'
export type { Settled } from './host/settle.ts'
export type { Status } from './host/status.ts'
export type { HostTool, ToolTable } from './host/tool-table.ts'
