/** What Node.js itself takes to start, to read a line and to write one. */
process.stdin.once('data', () => process.stdout.write('{}\n'))
