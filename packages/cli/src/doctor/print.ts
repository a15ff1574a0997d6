import { ExitCode } from '../exit-code.ts'
import type { Output } from '../terminal/output.ts'
import { safeLine } from '../terminal/safe-text.ts'
import type { Style } from '../terminal/style.ts'
import type { Finding, Outcome, Step } from './finding.ts'

export interface FindingPrinter {
  found(finding: Finding): void
  /** Says what it comes to. */
  conclude(server: URL): ExitCode
}

/** Prints what is found as it is found; as JSON, all of it in the end. */
export function findingPrinter(output: Output): FindingPrinter {
  const findings: Finding[] = []
  return {
    found(finding) {
      const before = findings.at(-1)?.step
      findings.push(finding)
      if (output.json) return
      output.printOwn((style) => {
        const head = finding.step === before ? [] : [style.bold(titles[finding.step])]
        return [...head, ...linesOf(finding, style)].join('\n')
      })
    },
    conclude(server) {
      const bad = findings.filter(({ outcome }) => outcome === 'bad')
      const odd = findings.filter(({ outcome }) => outcome === 'odd').length
      const exitCode = exitCodeOf(bad)
      if (output.json) {
        output.printJson({ server: server.href, ok: bad.length === 0, exitCode, findings })
      } else {
        output.printOwn((style) => `\n${verdictOf(bad.length, odd, style)}`)
      }
      return exitCode
    },
  }
}

const titles: Record<Step, string> = {
  address: 'Address',
  answer: 'Answer to a stranger',
  challenge: 'Challenge',
  'resource metadata': 'Protected resource metadata',
  'authorization server': 'Authorization server',
  registration: 'Registration',
  credentials: 'Credentials',
  call: 'Call',
}

function linesOf({ outcome, what, side, fix, see }: Finding, style: Style): string[] {
  const more: [string, string | undefined][] = [
    ['Whose', outcome === 'told' ? undefined : side],
    ['To do', fix],
    ['See', see],
  ]
  return [
    `  ${marks[outcome](style)} ${safeLine(what)}`,
    ...more.flatMap(([label, text]) =>
      text === undefined ? [] : [style.dim(`      ${label}: ${safeLine(text)}`)],
    ),
  ]
}

const marks: Record<Outcome, (style: Style) => string> = {
  good: (style) => style.green('✓'),
  bad: (style) => style.red('✗'),
  odd: (style) => style.yellow('!'),
  told: (style) => style.dim('·'),
}

function verdictOf(bad: number, odd: number, style: Style): string {
  const others = odd === 0 ? '' : `${odd} ${odd === 1 ? 'thing' : 'things'} should be otherwise`
  if (bad === 0) {
    const all = style.green('Nothing is broken')
    return others ? `${all}; ${others}` : all
  }
  const broken = style.red(`${bad} ${bad === 1 ? 'thing is' : 'things are'} broken`)
  return others ? `${broken}; ${others}` : broken
}

function exitCodeOf(bad: readonly Finding[]): ExitCode {
  const [first] = bad
  if (!first) return ExitCode.ok
  if (first.step === 'address' || (first.step === 'answer' && first.side === 'the network')) {
    return ExitCode.unreachable
  }
  return first.step === 'credentials' || first.step === 'call'
    ? ExitCode.unauthorized
    : ExitCode.failed
}
