import { z } from 'zod';
import { type JsonObject, parseJson } from '../encoding/parse-json.ts';
import { exportOpeningKey, importOpeningKey, type OpeningKey } from '../keys/opening-key.ts';
import { exportSigningKey, importSigningKey, type SigningKey, type VerificationKey } from '../keys/signing-key.ts';
import { verificationKeyOf, verifyCertificate } from '../signed/certificate.ts';
import { envelopeSchema, type Envelope } from '../signed/envelope.ts';
import { parseRootPublic, rootFingerprint, rootPublicJson, type RootPublic } from '../signed/root.ts';

const recoveryFileSchema = z.strictObject({
  version: z.literal(1),
  about: z.string().max(1000),
  signingKey: z.unknown(),
  openingKey: z.unknown(),
  backendCertificates: z.array(envelopeSchema).max(1000),
});

/** What opens everything: the root's private keys, and whose signatures to believe. */
export interface RecoveryKeys {
  readonly root: RootPublic;
  /** The root's: it certifies keys, and signs a restore and a takeover. */
  readonly signingKey: SigningKey;
  readonly openingKeys: readonly OpeningKey[];
  readonly backendKeys: readonly VerificationKey[];
}

const about =
  'The root keys of a Secret Store. Take this file away and keep it offline: ' +
  'with it and the database, every internal value can be opened.';

export async function recoveryFile(
  rootKeys: { signingKey: SigningKey; openingKey: OpeningKey },
  backendCertificates: readonly Envelope[],
): Promise<JsonObject> {
  return {
    version: 1,
    about,
    signingKey: exportSigningKey(rootKeys.signingKey),
    openingKey: await exportOpeningKey(rootKeys.openingKey),
    backendCertificates: [...backendCertificates],
  };
}

/**
 * Reads the recovery file. It contains the backend's first certificate, so this file and a database are enough.
 * @throws {SealingError} when a key or certificate in it is not genuine
 */
export async function readRecoveryFile(json: unknown): Promise<RecoveryKeys> {
  const file = parseJson(recoveryFileSchema, json, 'the recovery file');
  const signingKey = importSigningKey(file.signingKey);
  const openingKey = await importOpeningKey(file.openingKey);
  const rootJson = rootPublicJson({ signingKey, openingKey });
  const root = parseRootPublic(rootJson, rootFingerprint(rootJson));
  const backendKeys = file.backendCertificates.map((envelope) =>
    verificationKeyOf(verifyCertificate(envelope, root, 'backend')),
  );
  return { root, signingKey, openingKeys: [openingKey], backendKeys };
}
