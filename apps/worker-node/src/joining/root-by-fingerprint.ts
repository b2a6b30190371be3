import { ErrorBody } from '@secret-store/api/schemas';
import { parseRootPublic, type RootPublic } from '@secret-store/sealing';
import { z } from 'zod';
import { JoinRefused } from '../errors/resolve-failure.ts';

const WithRoot = z.object({ result: z.object({ data: z.object({ root: z.unknown() }) }) });

/** From here on codes are of errors that pass. */
const passingCodes = 5000;

/**
 * Finds the root in the first answer, by its fingerprint. Before that nobody can be believed, so a refusal is taken at its word.
 * @param address in words that follow "the store"
 * @returns a function that throws {@link JoinRefused} where the store has another root, or does not know the pool
 */
export const rootByFingerprint =
  (fingerprint: string, address: string) =>
  (firstAnswer: Uint8Array): RootPublic | null => {
    const content = jsonOrNull(Buffer.from(firstAnswer).toString('utf8'));
    const refusal = ErrorBody.safeParse(content).data?.error;
    if (refusal !== undefined && (refusal.code < passingCodes || refusal.code === 6001))
      throw new JoinRefused(`the store ${address} does not know the pool of this join token`);
    const answer = WithRoot.safeParse(content).data;
    if (answer === undefined) return null;
    try {
      return parseRootPublic(answer.result.data.root, fingerprint);
    } catch (cause) {
      throw new JoinRefused(`the join token is of another store than the one ${address}`, { cause });
    }
  };

const jsonOrNull = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
