import { randomUUID } from 'node:crypto';
import { generateOpeningKey, type OpeningKey } from '../keys/opening-key.ts';
import { generateSigningKey, type SigningKey } from '../keys/signing-key.ts';
import { signJoinRequest, type JoinRequest } from '../joining/join-request.ts';
import { inviteWorkers, keysForNewcomer, nextPoolEntry } from '../pools/member-entries.ts';
import type { PoolLog } from '../pools/pool-log.ts';
import type { Envelope } from '../signed/envelope.ts';

/** The keys of a worker that is not in a pool yet. */
export interface Newcomer {
  readonly workerId: string;
  readonly signer: SigningKey;
  readonly recipient: OpeningKey;
  /** what it asks, signed by the token */
  ask(poolId: string, token: SigningKey): Envelope;
  readonly request: (poolId: string) => JoinRequest;
}

export async function createNewcomer(name = 'newcomer', workerId: string = randomUUID()): Promise<Newcomer> {
  const signer = await generateSigningKey();
  const recipient = await generateOpeningKey();
  const request = (poolId: string): JoinRequest => ({
    poolId,
    worker: { workerId, name, signingKey: signer.publicKey, recipientKey: recipient.publicKey },
  });
  return {
    workerId,
    signer,
    recipient,
    request,
    ask: (poolId, token) => signJoinRequest(request(poolId), signer, token),
  };
}

const anHour = 3_600_000;

/** Lets the newcomer in, as a member or the root would: an invitation and a join. Adds both to the log. */
export async function letIn(
  log: PoolLog,
  newcomer: Newcomer,
  by: { readonly signer: SigningKey; readonly poolKeys: readonly OpeningKey[] },
): Promise<readonly Envelope[]> {
  const invited = await inviteWorkers(log, { uses: 1, expiresAt: new Date(Date.now() + anHour) }, by.signer);
  log.append(invited.entry);
  const keys = await keysForNewcomer(log, newcomer.request(log.poolId).worker, by.poolKeys);
  const request = newcomer.ask(log.poolId, invited.key);
  const join = nextPoolEntry(log, { kind: 'join', request, identityId: null, use: 1, keys, marks: null }, by.signer);
  log.append(join);
  return [invited.entry, join];
}
