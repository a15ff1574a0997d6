/** Keys by their parts between slashes, so that those below a prefix are found without looking at the others. */
export interface KeyIndex {
  add(key: string): void
  delete(key: string): void
  /** The keys that start with a prefix, in no order. */
  startingWith(prefix: string): string[]
}

export function createKeyIndex(): KeyIndex {
  const root = createBranch()
  return {
    add(key) {
      let branch = root
      for (const part of foldersOf(key)) {
        let next = branch.branches.get(part)
        if (!next) {
          next = createBranch()
          branch.branches.set(part, next)
        }
        branch = next
      }
      branch.keys.add(key)
    },
    delete(key) {
      const parts = foldersOf(key)
      const path = [root]
      for (const part of parts) {
        const next = path.at(-1)?.branches.get(part)
        if (!next) return
        path.push(next)
      }
      path.at(-1)?.keys.delete(key)
      // What holds nothing any more goes, from the tip on.
      for (let at = path.length - 1; at > 0; at--) {
        const branch = path[at]
        if (!branch || branch.keys.size > 0 || branch.branches.size > 0) return
        path[at - 1]?.branches.delete(parts[at - 1] ?? '')
      }
    },
    startingWith(prefix) {
      let branch: Branch | undefined = root
      for (const part of foldersOf(prefix)) branch = branch?.branches.get(part)
      if (!branch) return []
      const found = [...branch.keys].filter((key) => key.startsWith(prefix))
      const begun = prefix.slice(prefix.lastIndexOf('/') + 1)
      const open = [...branch.branches].flatMap(([part, below]) =>
        part.startsWith(begun) ? below : [],
      )
      for (let next = open.pop(); next; next = open.pop()) {
        for (const key of next.keys) found.push(key)
        for (const below of next.branches.values()) open.push(below)
      }
      return found
    },
  }
}

interface Branch {
  readonly keys: Set<string>
  readonly branches: Map<string, Branch>
}

function createBranch(): Branch {
  return { keys: new Set(), branches: new Map() }
}

function foldersOf(key: string): string[] {
  return key.split('/').slice(0, -1)
}
