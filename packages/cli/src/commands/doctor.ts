import type { Command, CommandContext } from '../command.ts'
import { findingPrinter } from '../doctor/print.ts'
import { UsageError } from '../errors.ts'
import type { ExitCode } from '../exit-code.ts'
import { commonFlags, targetFlags } from '../target/flags.ts'
import { noMore } from '../target/no-more.ts'
import { readServer } from '../target/target.ts'
import type { Words } from '../words.ts'

const { header, token, 'client-id': clientId, era, timeout } = targetFlags

/** Finds out why one does not get into a server. */
export const doctor: Command = {
  usage: ['URL'],
  about: `Walks the way into a server over HTTP step by step: its address, its answer to a stranger, its challenge, its metadata, that
of its authorization servers, how clients are registered there, and what is held for it. Says of each what is wrong, on
whose side, what to do, and where that is written. Signs nobody in.`,
  flags: { header, token, 'client-id': clientId, era, timeout, ...commonFlags },
  examples: [
    ['lutra doctor https://shop.example/mcp', 'why does nobody get in?'],
    ['lutra doctor https://shop.example/mcp --json | jq .findings', 'for a program'],
    ['lutra doctor https://shop.example/mcp --token @token.txt', 'is it for the token?'],
  ],
  run,
}

async function run(words: Words, context: CommandContext): Promise<ExitCode> {
  const [place, ...rest] = words.plain
  noMore(rest)
  if (place === undefined) throw new UsageError('Which server? lutra doctor URL')
  const server = readServer(place)
  const { prepare } = await import('../doctor/prepare.ts')
  const { examine } = await import('../doctor/examine.ts')
  const printer = findingPrinter(context.output)
  const { examination, means } = await prepare(server, { words, context, printer })
  await examine(examination, means)
  return printer.conclude(server)
}
