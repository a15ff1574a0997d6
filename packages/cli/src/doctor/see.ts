/** Where it is written how each thing has to be. */
export const see = {
  https:
    'MCP 2026-07-28 authorization/security-considerations, Communication Security; RFC 6750 section 5.2',
  challenge: 'MCP 2026-07-28 authorization/authorization-server-discovery; RFC 9110 section 11.6.1',
  resourceMetadata:
    'MCP 2026-07-28 authorization/authorization-server-discovery, Protected Resource Metadata Discovery Requirements; RFC 9728 section 3',
  resource: 'RFC 9728 section 3.3; MCP 2026-07-28 authorization, Canonical Server URI',
  servers: 'MCP 2026-07-28 authorization/authorization-server-discovery; RFC 9728 section 2',
  metadata:
    'MCP 2026-07-28 authorization/authorization-server-discovery, Authorization Server Metadata Discovery; RFC 8414 section 3.1',
  issuer: 'RFC 8414 section 3.3',
  metadataFields: 'RFC 8414 section 2',
  pkce: 'MCP 2026-07-28 authorization/security-considerations, Authorization Code Protection; RFC 7636 section 4.2',
  iss: 'MCP 2026-07-28 authorization, Authorization Response Validation; RFC 9207 section 3',
  registration: 'MCP 2026-07-28 authorization/client-registration',
  offline: 'MCP 2026-07-28 authorization, Refresh Tokens',
  guard: 'MCP 2026-07-28 security best practices, Server-Side Request Forgery',
  token: 'MCP 2026-07-28 authorization, Token Handling; RFC 6750 section 3.1',
  audience:
    'MCP 2026-07-28 authorization/security-considerations, Token Audience Binding and Validation; RFC 8707 section 2',
} as const
