import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  type Envelope,
  envelopeSchema,
  exportOpeningKey,
  exportSigningKey,
  generateOpeningKey,
  generateSigningKey,
  importOpeningKey,
  importSigningKey,
  type JoinIdentity,
  joinRequestSignerId,
  type JoinToken,
  type OpeningKey,
  signJoinRequest,
  type SigningKey,
} from '@secret-store/sealing';
import { z } from 'zod';
import { SettingError } from '../errors/setting-error.ts';
import { writeStateFile } from '../state/write-state-file.ts';

const folderName = '.joining';
const fileName = 'draft.json';

const DraftFile = z.object({
  rootFingerprint: z.string(),
  poolId: z.uuid(),
  head: z.string(),
  workerId: z.uuid(),
  name: z.string(),
  signingKey: z.unknown(),
  recipientKey: z.unknown(),
  request: envelopeSchema,
  identityId: z.uuid().nullable().default(null),
});

/** Keys and request of a worker that is about to join. The same are used until it has: asking twice costs one use of the token. */
export interface JoinDraft {
  readonly rootFingerprint: string;
  readonly poolId: string;
  /** hash of an entry of the pool's log: one without it is an older one */
  readonly head: string;
  readonly workerId: string;
  readonly name: string;
  readonly signer: SigningKey;
  readonly recipient: OpeningKey;
  readonly request: Envelope;
  /** of the identity that lets it in; null for a join token */
  readonly identityId: string | null;
}

/** The draft for this token or identity, on disk. One for another gives way. */
export const draftFor = async (
  directory: string,
  token: JoinToken | JoinIdentity,
  name: string,
): Promise<JoinDraft> => {
  const held = await readDraft(directory);
  if (held !== null && isFor(held, token)) return held;
  const workerId = randomUUID();
  const [signer, recipient] = await Promise.all([generateSigningKey(), generateOpeningKey()]);
  const { poolId, rootFingerprint, head } = token;
  const worker = { workerId, name, signingKey: signer.publicKey, recipientKey: recipient.publicKey };
  const request = signJoinRequest({ poolId, worker }, signer, 'key' in token ? token.key : signer);
  const identityId = 'key' in token ? null : token.identityId;
  const draft = { rootFingerprint, poolId, head, workerId, name, signer, recipient, request, identityId };
  await writeDraft(directory, draft);
  return draft;
};

const isFor = (draft: JoinDraft, token: JoinToken | JoinIdentity): boolean =>
  'key' in token
    ? joinRequestSignerId(draft.request) === token.key.keyId
    : draft.identityId === token.identityId && draft.poolId === token.poolId;

/** Null where none was begun. */
export const readDraft = async (directory: string): Promise<JoinDraft | null> => {
  const file = path.join(directory, folderName, fileName);
  const text = await readFile(file, 'utf8').catch(nullIfMissing);
  if (text === null) return null;
  try {
    const { signingKey, recipientKey, ...draft } = DraftFile.parse(JSON.parse(text));
    return { ...draft, signer: importSigningKey(signingKey), recipient: await importOpeningKey(recipientKey) };
  } catch (error) {
    throw new SettingError(`${file} is damaged: remove ${folderName}, and join with another token`, { cause: error });
  }
};

/** Whether a join was begun that has not come to its end. */
export const hasDraft = async (directory: string): Promise<boolean> => (await readdir(directory)).includes(folderName);

export const removeDraft = (directory: string): Promise<void> =>
  rm(path.join(directory, folderName), { recursive: true, force: true });

const writeDraft = async (directory: string, { signer, recipient, ...draft }: JoinDraft): Promise<void> => {
  const folder = path.join(directory, folderName);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const keys = { signingKey: exportSigningKey(signer), recipientKey: await exportOpeningKey(recipient) };
  await writeStateFile(folder, fileName, JSON.stringify({ ...draft, ...keys }));
};

const nullIfMissing = (error: unknown): null => {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
};
