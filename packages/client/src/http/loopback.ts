/** Whether a host name of a URL is this machine itself. */
export function isLoopback(hostname: string): boolean {
  return loopback.test(hostname)
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/
