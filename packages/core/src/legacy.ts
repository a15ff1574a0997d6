export { liftClientCapabilities, lowerServerCapabilities } from './legacy/capabilities.ts'
export { type Hello, initializeResult, readInitialize } from './legacy/initialize.ts'
export { LegacyErrorCode, liftError, liftResult } from './legacy/lift-result.ts'
export {
  lowerError,
  type RequiredElicitation,
  requiredElicitations,
  urlElicitationRequired,
} from './legacy/lower-error.ts'
export { lowerNotification } from './legacy/lower-notification.ts'
export { isUrlQuestion, lowerQuestion } from './legacy/lower-question.ts'
export { lowerResult } from './legacy/lower-result.ts'
export { isModernOnly } from './legacy/method.ts'
export {
  assumedRevision,
  findRevision,
  latestRevision,
  negotiateRevision,
  type Revision,
} from './legacy/revision.ts'
export { isLegacy, latestLegacyVersion, legacyVersions } from './legacy/versions.ts'
