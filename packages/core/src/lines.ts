/** Newline-delimited messages. See /specification/2026-07-28/basic/transports/stdio */

export interface LineOptions {
  /** Bytes that one line may have; a longer one is dropped. Default: 64 MiB. */
  readonly maxBytes?: number
  /** Told of a line that was dropped; reading goes on after its end. Without it, the error is thrown. */
  readonly onError?: (error: LineError) => void
}

/** Says why a line was dropped. */
export class LineError extends Error {
  override readonly name = 'LineError'
}

export interface LineReader {
  /** Takes a chunk and calls `onLine` for each line that it completes. */
  push(chunk: Uint8Array): void
  /** Takes what stands after the last newline as a line. */
  end(): void
}

/** Splits bytes into lines, whatever the chunk boundaries; blank lines are skipped, a CR at the end too. */
export function createLineReader(
  onLine: (line: string) => void,
  options: LineOptions = {},
): LineReader {
  const { maxBytes = defaultMaxBytes, onError = rethrow } = options
  const held = createBuffer()
  let skipping = false

  function fits(size: number): boolean {
    if (size <= maxBytes) return true
    held.clear()
    skipping = true
    onError(new LineError(`A line is longer than ${maxBytes} bytes`))
    return false
  }

  function complete(last: Uint8Array): void {
    if (skipping) {
      skipping = false
    } else if (held.size === 0) {
      if (fits(last.length)) emit(last)
      skipping = false
    } else {
      if (fits(held.size + last.length)) emit(held.append(last))
      skipping = false
      held.clear()
    }
  }

  function emit(bytes: Uint8Array): void {
    const end = bytes[bytes.length - 1] === carriageReturn ? bytes.length - 1 : bytes.length
    if (end === 0) return
    let text: string
    try {
      text = utf8.decode(end === bytes.length ? bytes : bytes.subarray(0, end))
    } catch (cause) {
      onError(new LineError('A line is not valid UTF-8', { cause }))
      return
    }
    if (!blank.test(text)) onLine(text)
  }

  return {
    push(chunk) {
      let start = 0
      for (;;) {
        const end = chunk.indexOf(newline, start)
        if (end < 0) break
        complete(chunk.subarray(start, end))
        start = end + 1
      }
      if (start === chunk.length || skipping) return
      const rest = chunk.subarray(start)
      if (fits(held.size + rest.length)) held.append(rest)
    },
    end() {
      if (held.size > 0) complete(nothing)
      skipping = false
    },
  }
}

/** The lines of a stream of bytes, as they come. */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  options?: LineOptions,
): AsyncGenerator<string, void, undefined> {
  let lines: string[] = []
  const reader = createLineReader((line) => lines.push(line), options)
  for await (const chunk of chunks) {
    reader.push(chunk)
    if (lines.length === 0) continue
    const ready = lines
    lines = []
    yield* ready
  }
  reader.end()
  yield* lines
}

const defaultMaxBytes = 64 * 1024 * 1024
const newline = 0x0a
const nothing = /* @__PURE__ */ new Uint8Array(0)
const carriageReturn = 0x0d
const blank = /^[ \t]*$/
const utf8 = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true })

/** Bytes that grow by doubling, so that a line in many chunks costs time linear in its size. */
function createBuffer() {
  let bytes = nothing
  let size = 0
  return {
    get size() {
      return size
    },
    append(part: Uint8Array): Uint8Array {
      const needed = size + part.length
      if (needed > bytes.length) {
        const grown = new Uint8Array(Math.max(needed, bytes.length * 2, smallBuffer))
        grown.set(bytes.subarray(0, size))
        bytes = grown
      }
      bytes.set(part, size)
      size = needed
      return bytes.subarray(0, size)
    },
    clear(): void {
      size = 0
      if (bytes.length > smallBuffer) bytes = nothing
    },
  }
}

const smallBuffer = 64 * 1024

function rethrow(error: LineError): never {
  throw error
}
