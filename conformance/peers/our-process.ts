import { fileURLToPath } from 'node:url'

/** How our server is started as a child process that speaks over its standard streams. */
export const ourProcess = {
  command: process.execPath,
  args: ['--import', import.meta.resolve('tsx'), path('./our-stdio.ts')],
  env: { TSX_TSCONFIG_PATH: path('../../tsconfig.json') },
}

function path(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url))
}
