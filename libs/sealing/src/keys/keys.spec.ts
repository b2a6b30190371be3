import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { exportOpeningKey, generateOpeningKey, importOpeningKey } from './opening-key.ts';
import { exportSigningKey, generateSigningKey, importSigningKey, signBytes } from './signing-key.ts';
import { thumbprint } from './thumbprint.ts';

/** RFC 8037, appendix A; the key is that of RFC 8032, section 7.1, test 1. */
const rfcKey = {
  kty: 'OKP',
  crv: 'Ed25519',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
};

describe('keys', () => {
  it('has the thumbprint of RFC 8037, appendix A.3, as its id', () => {
    expect(importSigningKey(rfcKey).keyId).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  it('gives the signature of RFC 8032, section 7.1, test 1', () => {
    expect(Buffer.from(signBytes(new Uint8Array(), importSigningKey(rfcKey))).toString('hex')).toBe(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    );
  });

  it('has another id for the same bytes on another curve', () => {
    expect(thumbprint('X25519', rfcKey.x)).not.toBe(thumbprint('Ed25519', rfcKey.x));
  });

  it('is the same key after it is written to a file and read back', async () => {
    const signing = await generateSigningKey();
    expect(importSigningKey(exportSigningKey(signing)).keyId).toBe(signing.keyId);
    const opening = await generateOpeningKey();
    expect((await importOpeningKey(await exportOpeningKey(opening))).keyId).toBe(opening.keyId);
  });

  it('refuses a key for another curve, and halves that do not belong together', async () => {
    const opening = await exportOpeningKey(await generateOpeningKey());
    const other = exportSigningKey(await generateSigningKey());
    for (const json of [opening, { ...rfcKey, x: other.x }, { ...rfcKey, extra: 1 }, { ...rfcKey, d: 'AAAA' }, null]) {
      expect(() => importSigningKey(json)).toThrow(expect.objectContaining({ code: 'BAD_KEY' }));
    }
    await expect(importOpeningKey(rfcKey)).rejects.toMatchObject({ code: 'BAD_KEY' });
  });

  it('reveals nothing about a private key when it is printed, serialised or refused', async () => {
    const opening = await generateOpeningKey();
    const { d: privateHalf } = z.object({ d: z.string() }).parse(await exportOpeningKey(opening));
    const signing = importSigningKey(rfcKey);
    for (const printed of [inspect(opening, { depth: 9, showHidden: true }), JSON.stringify(opening)]) {
      expect(printed).not.toContain(privateHalf);
    }
    for (const printed of [inspect(signing, { depth: 9, showHidden: true }), JSON.stringify(signing)]) {
      expect(printed).not.toContain(rfcKey.d);
    }
    expect(() => importSigningKey({ ...rfcKey, d: 'c2VjcmV0' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('c2VjcmV0') }),
    );
  });
});
