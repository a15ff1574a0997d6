export const cuisines = ['italian', 'indian', 'japanese'] as const
export type Cuisine = (typeof cuisines)[number]

export interface Recipe {
  readonly cuisine: Cuisine
  readonly dish: string
  readonly title: string
  readonly needs: readonly string[]
  readonly text: string
}

const recipes: readonly Recipe[] = [
  write('italian', 'Risotto', ['rice', 'stock', 'onion', 'parmesan']),
  write('italian', 'Ribollita', ['beans', 'kale', 'bread', 'onion']),
  write('italian', 'Gnocchi', ['potatoes', 'flour', 'sage']),
  write('indian', 'Dal', ['lentils', 'onion', 'cumin']),
  write('indian', 'Chana masala', ['chickpeas', 'tomatoes', 'cumin']),
  write('japanese', 'Okonomiyaki', ['cabbage', 'flour', 'egg']),
]

export function recipesOf(cuisine: string): readonly Recipe[] {
  return recipes.filter((one) => one.cuisine === cuisine)
}

export function findRecipe(cuisine: string, dish: string): Recipe | undefined {
  return recipesOf(cuisine).find((one) => one.dish === dish)
}

function write(cuisine: Cuisine, title: string, needs: readonly string[]): Recipe {
  const dish = title.toLowerCase().replaceAll(' ', '-')
  return { cuisine, dish, title, needs, text: `# ${title}\n\nNeeds ${needs.join(', ')}.` }
}
