/** Batches, which revision 2025-03-26 alone has. See /specification/2025-03-26/basic#batching */
import { isObject, type RpcError } from '@lutra/core'
import { refuse } from './running.ts'

/** Why a batch cannot be taken, or undefined where it can. */
export function refuseBatch(
  values: readonly unknown[],
  { batches, max }: { readonly batches: boolean; readonly max: number },
): RpcError | undefined {
  if (!batches) return refuse('only revision 2025-03-26 has batches; send one message')
  if (values.length === 0) return refuse('a batch must not be empty')
  if (values.length > max) return refuse(`a batch may hold ${max} messages`)
  const greets = values.some((value) => isObject(value) && value['method'] === 'initialize')
  return greets ? refuse('"initialize" must not be part of a batch') : undefined
}
