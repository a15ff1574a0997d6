import type { Authenticator } from './authenticator.ts'

/** How a handler is served over HTTP, whatever the door. */
export interface HttpOptions {
  /** Where the server is found: other paths get 404. `'*'`: wherever the framework around it says. Default: `/mcp`. */
  readonly path?: string
  /**
   * The names under which the server is reached: `mcp.example.com`, or with one port `mcp.example.com:8443`.
   * Names of the loopback interface always count. Default: over loopback nothing else, which keeps web pages that rebind their
   * DNS name out; over any other interface every name, as long as no browser asks. A proxy on the same machine that passes the
   * public `Host` on needs its name here. `'*'`: whoever stands in front checks it.
   */
  readonly allowedHosts?: readonly string[] | '*'
  /**
   * The web pages that may call, as origins: `https://app.example.com`. Requests without `Origin` come from no web page and pass.
   * Default: pages on loopback for a server on loopback, and pages of the server's own origin where its name is an address or in
   * `allowedHosts`. `'*'`: any page.
   */
  readonly allowedOrigins?: readonly string[] | '*'
  /** Lets pages of other origins read the replies: `true` any page, else those of `origins`, which are allowed by this too. */
  readonly cors?: boolean | { readonly origins: readonly string[] }
  /** Who may call: `bearer()` of `@lutra/server/auth`. Default: anybody, or whoever the code around the door has let in. */
  readonly auth?: Authenticator
  /** Bytes that a request body may have. Default: 4 MiB. */
  readonly maxBodyBytes?: number
  /** How deep the JSON of a body may nest. Default: 128. */
  readonly maxDepth?: number
  /** Calls that may be under way at once, open subscriptions among them; who comes on top gets 503. Default: 16,384. */
  readonly maxCalls?: number
  /** Bytes that may wait for a slow reader of a stream before it is cut off. Default: 1 MiB. */
  readonly maxBufferedBytes?: number
  /** Milliseconds between the comments that keep an open stream alive. Default: 15,000. */
  readonly keepAliveMs?: number
}

export const defaultPath = '/mcp'
export const defaultMaxBodyBytes = 4 * 1024 * 1024
export const defaultMaxCalls = 16_384
export const defaultMaxBufferedBytes = 1024 * 1024
export const defaultKeepAliveMs = 15_000
