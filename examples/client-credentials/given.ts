// #region token
import { token } from '@lutra/client/auth'

export const byToken = (readToken: (how: { fresh: boolean }) => Promise<string>) =>
  token(({ refused }) => readToken({ fresh: refused }))
// #endregion
