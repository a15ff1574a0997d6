/** Whether a host can be reached from its own machine alone. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

/** Whether a connection comes from the same machine; one through a socket file has no address. */
export function isLocal(address: string | undefined): boolean {
  const plain = address?.replace(/^::ffff:/, '')
  return plain === undefined || plain === '::1' || isLoopback(plain)
}
