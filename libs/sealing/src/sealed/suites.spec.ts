import { expect, it } from 'vitest';
import { importOpeningKey } from '../keys/opening-key.ts';
import { verificationKey } from '../keys/signing-key.ts';
import { binding } from '../testing/sealing-fixture.ts';
import fixture from '../testing/suite-1-record.json';
import { open } from './open.ts';
import { sealedRecordHash, verifySealedRecord } from './sealed-record.ts';

/** The keys of the fixture are for this test alone. When this fails, values that are stored somewhere are lost. */
it('opens a record that an earlier version sealed', async () => {
  const signerKey = verificationKey(fixture.signerPublicKey);
  const openingKeys = [await importOpeningKey(fixture.openingKey)];
  const value = await open({ record: fixture.record, binding, openingKeys, signerKey });
  expect(Buffer.from(value).toString()).toBe('sealed on the first day');
  expect(sealedRecordHash(verifySealedRecord({ record: fixture.record, signerKey }))).toBe(fixture.hash);
});
