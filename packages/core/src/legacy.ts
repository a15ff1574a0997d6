export { LegacyErrorCode, liftError, liftResult } from './legacy/lift-result.ts'
export { isLegacy, latestLegacyVersion, legacyVersions } from './legacy/versions.ts'
