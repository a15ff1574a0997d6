/** `$ref`, `$dynamicRef` and `$recursiveRef`. */
import type { Build, Target } from './checks.ts'
import { anchorName } from './resolve.ts'
import { type Check, follow, type Run } from './run.ts'

export function referenceChecks(build: Build): Check[] {
  return [staticReference(build), dynamicReference(build)].filter((check) => check !== undefined)
}

function staticReference(build: Build): Check | undefined {
  const reference = build.get('$ref')
  return reference === undefined ? undefined : to(build.target(reference), build)
}

/** Leads to the outermost schema on the way here that has the anchor, if the nearest has it too. */
function dynamicReference(build: Build): Check | undefined {
  const recursive = build.get('$recursiveRef')
  const reference = build.get('$dynamicRef') ?? recursive
  if (reference === undefined) return undefined
  const nearest = build.target(reference)
  const name = recursive === undefined ? anchorName(String(reference)) : ''
  const { dynamicAnchors } = nearest.place.resource
  if (name === undefined || dynamicAnchors.get(name)?.schema !== nearest.place.schema) {
    return to(nearest, build)
  }
  const targets = build.dynamicTargets(name)
  return (value, run) => {
    const outermost = run.scope.find((resource) => targets.has(resource))
    const target = (outermost && targets.get(outermost)) ?? nearest
    return enter(target, value, run)
  }
}

function to(target: Target, { dynamic }: Build): Check {
  if (!dynamic) return (value, run) => follow(target.check, value, run)
  return (value, run) => enter(target, value, run)
}

function enter(target: Target, value: unknown, run: Run): boolean {
  run.scope.push(target.place.resource)
  const valid = follow(target.check, value, run)
  run.scope.pop()
  return valid
}
