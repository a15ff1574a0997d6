/** How much may be spent within a while; what was spent comes back when the while is over. */
export interface Budget {
  /** Whether there was as much left. */
  spend(amount: number): boolean
}

export function createBudget(max: number, whileMs: number, now: () => number = Date.now): Budget {
  const slotMs = Math.max(1, whileMs / slots)
  const spent: { readonly slot: number; amount: number }[] = []
  let total = 0
  return {
    spend(amount) {
      const slot = Math.floor(now() / slotMs)
      for (let first = spent[0]; first && first.slot < slot - slots; first = spent[0]) {
        total -= first.amount
        spent.shift()
      }
      if (total + amount > max) return false
      total += amount
      const last = spent.at(-1)
      if (last?.slot === slot) last.amount += amount
      else spent.push({ slot, amount })
      return true
    },
  }
}

// What was spent is counted by parts of the while, so that much of little costs no memory.
const slots = 64
