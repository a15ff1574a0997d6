/** Whether there is a person to ask: someone types, and sees what they are asked. Stdout may go elsewhere. */
export function isPerson(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true
}
