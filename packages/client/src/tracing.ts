export { tracing } from './middleware/tracing.ts'
