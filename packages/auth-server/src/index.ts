/** An OAuth authorization server for MCP servers. See /specification/2026-07-28/basic/authorization */
export {}
