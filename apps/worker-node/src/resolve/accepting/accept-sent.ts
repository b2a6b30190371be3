import type { SentDelivery, WorkerDeliveryRequest } from '@secret-store/api/schemas';
import { ResolveFailure } from '../../errors/resolve-failure.ts';
import { type AcceptedDelivery, takeNewest, verifyDelivery } from './accept-delivery.ts';
import type { ResolveDependencies } from './resolve-dependencies.ts';

/**
 * A delivery that came on the stream: what came with the newest set, beside what is held. It counts only if the stream's last hint of the
 * algorithm named this set; the next beat shows whether that hint is genuine. Null where the backend has to be asked: it is another set,
 * something is missing, or it is refused.
 */
export const acceptSent = async (
  deps: ResolveDependencies,
  request: Pick<WorkerDeliveryRequest, 'owner' | 'name'>,
  { algorithmId, hash, content }: SentDelivery,
): Promise<AcceptedDelivery | null> => {
  const moment = deps.vouched.namedAt(algorithmId, hash);
  const held = deps.held.find(request);
  if (moment === null || held === null || content === null) return null;
  try {
    const fresh = verifyDelivery(deps, content);
    const sealedValues = fresh.setHash === hash ? valuesOf(fresh, held) : null;
    if (sealedValues === null) return null;
    return await takeNewest(deps, request, {
      accepted: { ...fresh, unverified: { ...content, sealedValues } },
      moment,
    });
  } catch (error) {
    if (error instanceof ResolveFailure) return null;
    throw error;
  }
};

/** Those that came, and those that are held and that the new set names too, by secret id. Null where one is missing. */
const valuesOf = (fresh: AcceptedDelivery, held: AcceptedDelivery): Record<string, unknown> | null => {
  const heldHashes = new Map(held.set.secrets.map(({ secretId, sealedHash }) => [secretId, sealedHash]));
  const values: Record<string, unknown> = {};
  for (const { secretId, sealedHash } of fresh.set.secrets) {
    if (sealedHash === null) continue;
    const from = heldHashes.get(secretId) === sealedHash ? held : fresh;
    if (!Object.hasOwn(from.unverified.sealedValues, secretId)) return null;
    values[secretId] = from.unverified.sealedValues[secretId];
  }
  return values;
};
