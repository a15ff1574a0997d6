import { shorten } from './width.ts'

/** Lines on stderr, below them one line that changes in place. */
export interface Live {
  line(text: string): void
  /** Takes the changing line away. */
  clear(): void
  /** Shows a new state: in place on a terminal, as one more line elsewhere. */
  update(text: string): void
  /** Takes the changing line away, until the function that it returns is called. */
  pause(): () => void
}

export function createLive(stream: NodeJS.WriteStream, inPlace: boolean): Live {
  let current = ''
  let paused = 0

  const clear = () => {
    if (current && paused === 0) stream.write('\r\u001b[2K')
    current = ''
  }

  return {
    line(text) {
      clear()
      stream.write(`${text}\n`)
    },
    clear,
    update(text) {
      if (!inPlace) {
        stream.write(`${text}\n`)
      } else if (paused === 0) {
        clear()
        current = shorten(text, (stream.columns || 80) - 1)
        stream.write(current)
      }
    },
    pause() {
      clear()
      paused += 1
      return () => {
        paused -= 1
      }
    },
  }
}
