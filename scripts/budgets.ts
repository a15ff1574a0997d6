/**
 * The most that each export may weigh: kilobytes of its minified bundle after gzip. Schema libraries, the schema validator and
 * what Node.js brings along do not count. Raising a number is a decision: say in the change what it bought.
 */
export const budgets: Record<string, number> = {
  '@lutra/core': 14,
  '@lutra/core/legacy': 6,
  '@lutra/core/trace': 3,
  '@lutra/server': 14,
  '@lutra/server/serve-http': 16,
  '@lutra/server/serve-node': 16,
  '@lutra/server/serve-stdio': 16,
  '@lutra/server/modern': 12,
  '@lutra/server/tracing': 3,
  '@lutra/client': 14,
  '@lutra/client/connect': 20,
  '@lutra/client/connect-http': 16,
  '@lutra/client/connect-stdio': 16,
  '@lutra/client/modern': 14,
  '@lutra/client/tracing': 3,
  '@lutra/client/host': 22,
  '@lutra/client/config-node': 3,
  'JSON Schema validator': 14,
}
