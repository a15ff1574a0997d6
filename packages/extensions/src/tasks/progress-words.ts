/** What a progress notification says, as one line: `half done (2 of 4)`. */
export function progressWords({
  progress,
  total,
  message,
}: Readonly<Record<string, unknown>>): string {
  const done = total === undefined ? `${progress}` : `${progress} of ${total}`
  return typeof message === 'string' ? `${message} (${done})` : done
}
