/**
 * The most that each export may weigh: kilobytes of its minified bundle after gzip. Schema libraries, the schema validator and
 * what Node.js brings along do not count. Raising a number is a decision: say in the change what it bought.
 */
export const budgets: Record<string, number> = {
  '@lutra/core': 16,
  '@lutra/core/legacy': 4,
  '@lutra/core/trace': 3,
  '@lutra/server': 26,
  '@lutra/server/serve-http': 24,
  '@lutra/server/serve-node': 25,
  '@lutra/server/serve-pipe': 11,
  '@lutra/server/serve-stdio': 13,
  '@lutra/server/modern': 12,
  '@lutra/server/tracing': 3,
  '@lutra/client': 15,
  '@lutra/client/connect': 32,
  '@lutra/client/connect-http': 25,
  '@lutra/client/connect-stdio': 20,
  '@lutra/client/modern': 14,
  '@lutra/client/tracing': 3,
  '@lutra/client/host': 35,
  '@lutra/client/config-node': 3,
  '@lutra/server/auth': 40,
  '@lutra/client/auth': 60,
  '@lutra/client/auth-node': 60,
  '@lutra/auth-server': 60,
  '@lutra/extensions/tasks': 12,
  '@lutra/stores': 12,
  '@lutra/stores/postgres': 12,
  '@lutra/stores/redis': 12,
  '@lutra/stores/suite': 6,
  'JSON Schema validator': 14,
}
