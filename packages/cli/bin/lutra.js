#!/usr/bin/env node
import { existsSync } from 'node:fs'

const main = new URL('../dist/main.js', import.meta.url)
try {
  await import(main.href)
} catch (error) {
  if (existsSync(main)) throw error
  process.stderr.write('lutra is not built yet: npm run build, in its clone\n')
  process.exitCode = 1
}
