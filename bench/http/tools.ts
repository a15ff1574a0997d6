/** The tools of the servers that are compared: one that is called, the others as servers have them. */
import { z } from 'zod'

export const echo = {
  name: 'echo',
  description: 'Says again what it was told',
  input: z.object({ text: z.string() }),
}

const search = z.object({
  query: z.string().min(1).max(500).describe('Words to look for, all of them'),
  status: z.enum(['open', 'closed', 'all']).default('open').describe('In which state'),
  labels: z.array(z.string()).max(20).optional().describe('Only with all of these labels'),
  since: z.string().optional().describe('Only what has changed since then, as ISO 8601'),
  sort: z
    .object({ by: z.enum(['created', 'updated', 'title']), descending: z.boolean() })
    .optional(),
  limit: z.int().min(1).max(100).default(30).describe('How many at most'),
})

/** So many tools beside the one that is called. */
export function otherTools(count: number): readonly { name: string; description: string }[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `search_issues_${index}`,
    description: `Finds the issues of repository ${index} that match, the latest first`,
  }))
}

export const otherInput = search
