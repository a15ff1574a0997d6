import { createFerry } from '../demo/ferry.ts'

// #region server
export const server = createFerry()
// #endregion
