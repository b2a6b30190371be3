import { setTimeout as delay } from 'node:timers/promises';
import type { JoinStateAnswer } from '@secret-store/api/schemas';
import {
  type JoinIdentity,
  joinRequestSignerId,
  type JoinToken,
  type OpeningKey,
  parseRootPublic,
  rootPublicSchema,
  SealingError,
  sealIdentityJoin,
  unwrapPoolKey,
} from '@secret-store/sealing';
import { type BackendAddress, describeAddress } from '../backend/backend-address.ts';
import { createJoiningClient, type JoiningClient } from '../backend/joining-client.ts';
import { exitCode } from '../errors/exit-code.ts';
import { JoinRefused, LogMovedOn, ResolveFailure } from '../errors/resolve-failure.ts';
import { SettingError } from '../errors/setting-error.ts';
import type { FollowedLog } from '../fleet/followed-log.ts';
import { openToken } from '../fleet/open-token.ts';
import { writeLog } from '../fleet/pinned-logs.ts';
import { type StoreLogs, verifyLogs } from '../fleet/store-logs.ts';
import { writeHandedMarks } from '../state/handed-marks.ts';
import { beFirst } from './be-first.ts';
import { draftFor, type JoinDraft, readDraft } from './join-draft.ts';
import { rootByFingerprint } from './root-by-fingerprint.ts';
import { hasState, writeWorkerFolder } from './worker-folder.ts';

export interface JoinOptions {
  readonly directory: string;
  readonly backend: BackendAddress;
  /** null: goes on with what was begun */
  readonly token: JoinToken | JoinIdentity | null;
  /** the issuer's token, where an identity lets this machine in */
  readonly identityToken?: () => Promise<string>;
  readonly name: string;
  /** tells the person who watches what it waits for */
  readonly say: (text: string) => void;
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

const pauseMilliseconds = 1_000;

/**
 * Makes this machine a worker: asks for a membership, waits until the pool has given it, and writes the worker's folder.
 * @throws {JoinRefused} when it is not let in @throws {ResolveFailure} when the backend is away or what it sends is not genuine
 */
export const joinPool = async (options: JoinOptions): Promise<void> => {
  const { directory, backend, token, name } = options;
  if (await hasState(directory))
    throw new SettingError(`${directory} has the state of another worker: remove it, or name another folder`);
  const draft = token === null ? await readDraft(directory) : await draftFor(directory, token, name);
  if (draft === null)
    throw new SettingError(
      `there are no keys of a worker in ${directory}: join with --join TOKEN, which invite prints`,
    );
  const root = rootByFingerprint(draft.rootFingerprint, describeAddress(backend));
  try {
    await joinWith(createJoiningClient({ backend, root }), draft, options);
  } catch (error) {
    if (!(error instanceof SealingError)) throw error;
    throw new ResolveFailure(exitCode.unavailable, `what the backend sent is not genuine: ${error.message}`, {
      cause: error,
    });
  }
};

const joinWith = async (client: JoiningClient, draft: JoinDraft, options: JoinOptions): Promise<void> => {
  const { token, say, pause = delay } = options;
  const { poolId, workerId, request } = draft;
  for (let hasAsked = false; ;) {
    const found = await findLogs(client, draft);
    const { log } = found.own;
    if (log.state.members.has(workerId)) return finish(client, draft, found, options.directory);
    if (log.state.livingMembers().length === 0) {
      await joinFirst(client, draft, found.own, token);
      continue;
    }
    if (!hasAsked) {
      requireOpen(found.own, draft);
      const sealed = await sealedJoin(found.own, draft, options);
      await client.ask({ poolId, workerId, request: sealed === null ? request : null, sealed });
      say(`waiting for a worker of pool ${log.name} to let this one in`);
      hasAsked = true;
    }
    await waitUntilLetIn(client, draft, pause);
  }
};

type Found = StoreLogs & { readonly own: FollowedLog; readonly rootJson: unknown };

const findLogs = async (client: JoiningClient, draft: JoinDraft): Promise<Found> => {
  const answer = await client.pool({ poolId: draft.poolId });
  const logs = verifyLogs(answer, parseRootPublic(answer.root, draft.rootFingerprint), draft.workerId);
  const { own } = logs;
  if (own?.log.poolId === draft.poolId && own.log.hasHash(draft.head)) return { ...logs, own, rootJson: answer.root };
  throw new ResolveFailure(
    exitCode.unavailable,
    "the backend's log of the pool does not have the join token: it is older than the token, or another one",
  );
};

/** Whether it has ended is for the clock of the member. */
const requireOpen = ({ log }: FollowedLog, { request, identityId }: JoinDraft): void => {
  if (identityId !== null && log.state.identities.has(identityId)) return;
  if (identityId !== null) throw new JoinRefused('the pool does not trust this identity any more');
  const open = openToken(log, joinRequestSignerId(request), new Date(0));
  if (typeof open === 'string') throw new JoinRefused(open);
};

/** Null for a join token. */
const sealedJoin = async (
  { log: { currentKey } }: FollowedLog,
  { identityId, poolId, workerId, request }: JoinDraft,
  { identityToken }: JoinOptions,
) => {
  if (identityId === null || currentKey === null) return null;
  if (identityToken === undefined)
    throw new SettingError('a join identity needs a token of its issuer: name its file with --identity-token FILE');
  const token = (await identityToken()).trim();
  return sealIdentityJoin({ identityId, token, request }, { poolId, workerId }, currentKey);
};

const joinFirst = async (
  client: JoiningClient,
  draft: JoinDraft,
  own: FollowedLog,
  token: JoinOptions['token'],
): Promise<void> => {
  if (draft.identityId !== null || (token !== null && !('key' in token)))
    throw new JoinRefused('an identity lets nobody into a pool without a worker: its first worker needs a join token');
  if (token === null) throw new SettingError('the pool has no worker yet: start this one with its join token again');
  const { poolId, founding, head } = own.log;
  const entries = await beFirst(own, draft, token.key);
  try {
    await client.append({ poolId, founding, from: head.number, entries });
  } catch (error) {
    // another was first, and may let this one in
    if (!(error instanceof LogMovedOn)) throw error;
  }
};

/** Returns when the backend says that a member let it in, which the log then proves. */
const waitUntilLetIn = async (
  client: JoiningClient,
  { workerId }: JoinDraft,
  pause: (milliseconds: number) => Promise<unknown>,
): Promise<void> => {
  for (;;) {
    const { state, reason } = await client.state({ workerId }).catch(waitingWhileAway);
    if (state === 'refused') throw new JoinRefused(reason ?? 'no worker of the pool lets this one in');
    if (state === 'joined') return;
    await pause(pauseMilliseconds * (0.5 + Math.random()));
  }
};

/** A backend that is away comes back. */
const waitingWhileAway = (error: unknown): Pick<JoinStateAnswer, 'state' | 'reason'> => {
  if (error instanceof ResolveFailure && error.exitCode === exitCode.unavailable)
    return { state: 'waiting', reason: null };
  throw error;
};

const finish = async (
  client: JoiningClient,
  draft: JoinDraft,
  { own, first, rootJson }: Found,
  directory: string,
): Promise<void> => {
  const { workerId, poolId, signer, recipient, rootFingerprint } = draft;
  const member = own.log.living(workerId);
  if (member?.key.keyId !== signer.keyId) throw new JoinRefused('this worker was revoked before it had joined');
  const root = parseRootPublic(rootJson, rootFingerprint);
  const text = own.marks === null ? null : (await client.state({ workerId })).marks;
  await writeWorkerFolder(directory, {
    root: { json: rootPublicSchema.parse(rootJson), fingerprint: rootFingerprint },
    membership: { workerId, poolId, isInFirstPool: own.log.isFirst, name: member.name },
    ...{ signer, recipient },
    poolKeys: await givenKeys(own, draft),
    writeState: async (state) => {
      await writeHandedMarks(state, root, { text, hash: own.marks });
      for (const { log } of new Set([first, own])) await writeLog(state, log);
    },
  });
};

const givenKeys = async (
  { log, given }: FollowedLog,
  { poolId, workerId, recipient }: JoinDraft,
): Promise<OpeningKey[]> => {
  const keys: OpeningKey[] = [];
  for (const key of log.state.keys) {
    const wrapped = given.get(key.keyId);
    if (wrapped !== undefined) keys.push(await unwrapPoolKey(wrapped, { poolId, workerId }, key, recipient));
  }
  if (keys.length > 0 && keys.at(-1)?.keyId === log.currentKey?.keyId) return keys;
  throw new ResolveFailure(exitCode.unavailable, "the pool's log does not give its key to this worker: join again");
};
