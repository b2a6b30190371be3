import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { deriveKey } from '@secret-store/sealing';
import type { Dependencies } from '../../dependencies.ts';

const timeBytes = 8;
const randomLength = 16;
const livesMilliseconds = 5 * 60_000;

/** What a challenge is for. Its answer counts for nothing else. */
export type ChallengePurpose =
  | { readonly type: 'sign-in'; /** of the one browser */ readonly attempt: string }
  | { readonly type: 'register'; readonly userId: string };

type Keys = Pick<Dependencies, 'keys'>;

const sign = ({ keys }: Keys, purpose: ChallengePurpose, front: Uint8Array): Buffer =>
  createHmac('sha256', deriveKey(keys.keyRing, 'passkey-challenge'))
    .update(JSON.stringify([purpose.type, purpose.type === 'sign-in' ? purpose.attempt : purpose.userId]))
    .update(front)
    .digest();

/** It says itself when it was made and what for, so that nothing is stored before somebody has answered it. */
export const newChallenge = (deps: Keys, purpose: ChallengePurpose, now = Date.now()): Uint8Array<ArrayBuffer> => {
  const time = Buffer.alloc(timeBytes);
  time.writeBigUInt64BE(BigInt(now));
  const front = Buffer.concat([time, randomBytes(randomLength)]);
  return Uint8Array.from(Buffer.concat([front, sign(deps, purpose, front)]));
};

/** When it was made, in milliseconds since 1970; null for one that is over, or was made for something else. */
export const challengedAt = (deps: Keys, purpose: ChallengePurpose, text: string, now = Date.now()): number | null => {
  const bytes = Buffer.from(text, 'base64url');
  const front = bytes.subarray(0, timeBytes + randomLength);
  const given = bytes.subarray(timeBytes + randomLength);
  const right = sign(deps, purpose, front);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
  const made = Number(front.readBigUInt64BE());
  return made <= now && now - made < livesMilliseconds ? made : null;
};
