/** The revisions of the legacy era that are spoken here, the newest first. See /specification/2025-11-25/basic/lifecycle#version-negotiation */
export const legacyVersions: readonly string[] = [
  '2025-11-25',
  '2025-06-18',
  '2025-03-26',
  '2024-11-05',
]

/** The legacy revision that is offered first. */
export const latestLegacyVersion = '2025-11-25'

/** Whether a revision is of the legacy era and spoken here. */
export function isLegacy(version: unknown): boolean {
  return typeof version === 'string' && legacyVersions.includes(version)
}
