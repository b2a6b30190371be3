import { beforeAll, expect, it } from 'vitest';
import { SealingError } from '../encoding/sealing-error.ts';
import { generateOpeningKey, type OpeningKey } from '../keys/opening-key.ts';
import { singleBitChanges } from '../testing/mutations.ts';
import { unwrapPoolKey, wrapPoolKey, type WrappedKey, wrappedKeySchema } from './wrapped-key.ts';

const place = { poolId: 'pool', workerId: 'worker' };
let poolKey: OpeningKey;
let own: OpeningKey;
let wrapped: WrappedKey;

beforeAll(async () => {
  [poolKey, own] = await Promise.all([generateOpeningKey(), generateOpeningKey()]);
  wrapped = await wrapPoolKey(poolKey, place, own);
});

it("gives the worker the pool's private key", async () => {
  const key = await unwrapPoolKey(wrapped, place, poolKey, own);
  expect(key.keyId).toBe(poolKey.keyId);
  expect(key.privateHandle.equals(poolKey.privateHandle)).toBe(true);
});

it('opens for no other worker, pool or key, and not under another recipient key', async () => {
  const another = await generateOpeningKey();
  const tries = [
    unwrapPoolKey(wrapped, { ...place, workerId: 'another' }, poolKey, own),
    unwrapPoolKey(wrapped, { ...place, poolId: 'another' }, poolKey, own),
    unwrapPoolKey(wrapped, place, another, own),
    unwrapPoolKey(wrapped, place, poolKey, another),
    // two fields that run together are not two others
    unwrapPoolKey(wrapped, { poolId: 'poolw', workerId: 'orker' }, poolKey, own),
  ];
  for (const tried of tries) await expect(tried).rejects.toMatchObject({ code: 'BAD_CIPHERTEXT' });
});

it('refuses a private key that is not the half of the public one', async () => {
  const another = await generateOpeningKey();
  const posing = { ...another, publicKey: poolKey.publicKey, keyId: poolKey.keyId };
  const lie = await wrapPoolKey(posing, place, own);
  await expect(unwrapPoolKey(lie, place, poolKey, own)).rejects.toMatchObject({ code: 'BAD_KEY' });
});

it('refuses a flipped bit anywhere', async () => {
  const accepted: string[] = [];
  for (const { path, changed } of singleBitChanges(wrapped)) {
    const parsed = wrappedKeySchema.safeParse(changed);
    if (!parsed.success) continue;
    const key = await unwrapPoolKey(parsed.data, place, poolKey, own).catch((error: unknown) => {
      if (!(error instanceof SealingError)) throw error;
      return null;
    });
    if (key !== null) accepted.push(path);
  }
  expect(accepted).toEqual([]);
});
