import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { PendingSummary } from '@secret-store/api/schemas';
import { CommandProblem, mindOutput, UsageProblem } from '@secret-store/command-line';
import { firstPoolName } from '@secret-store/sealing';
import { findInstallation, readDirectories } from '../env.ts';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import { SettingError } from '../errors/setting-error.ts';
import { say } from '../launch/say.ts';
import { keySetIn } from '../fleet/identity/verify-identity-token.ts';
import { askWorker } from './ask-worker.ts';
import { inviteWorker, type RevokedWorker, revokeWorker, trustIdentity } from './change-pool.ts';
import type { ListedWorker } from './command-protocol.ts';
import {
  type IdentityWords,
  parseInvite,
  parseReseal,
  parseRevoke,
  parseRotate,
  parseWorkers,
} from './command-words.ts';
import { type PoolAuthority, rootAuthority } from './pool-authority.ts';
import { resealWithRoot } from './reseal-with-root.ts';
import { runWithRecoveryFile } from './run-with-recovery-file.ts';

const { workerDirectory } = readDirectories(findInstallation(import.meta.dirname));

const print = (text: string): boolean => process.stdout.write(`${text}\n`);

const invite = async (words: string[]): Promise<void> => {
  const parsed = parseInvite(words);
  if ('issuer' in parsed) return inviteByIdentity(parsed);
  const { recoveryFile, ...asked } = parsed;
  const token =
    recoveryFile === null
      ? await askWorker(workerDirectory, { command: 'invite', ...asked })
      : await asRoot(recoveryFile, (authority) =>
          inviteWorker(authority, { ...asked, poolName: asked.poolName ?? firstPoolName }),
        );
  print(String(token));
};

const inviteByIdentity = async ({ recoveryFile, keysFile, ...asked }: IdentityWords): Promise<void> => {
  const identity = { ...asked, keySet: keysFile === null ? null : await readKeySet(keysFile) };
  const printed =
    recoveryFile === null
      ? await askWorker(workerDirectory, { command: 'trust', ...identity })
      : await asRoot(recoveryFile, (authority) =>
          trustIdentity(authority, { ...identity, poolName: identity.poolName ?? firstPoolName }),
        );
  print(String(printed));
};

/** @throws {ResolveFailure} where the file holds no keys */
const readKeySet = async (file: string): Promise<string> => {
  const text = await readFile(file, 'utf8').catch(() => '');
  if (keySetIn(text) !== null) return text;
  throw new ResolveFailure(
    exitCode.configuration,
    `${file} is not a JSON Web Key Set: take it from the issuer's jwks_uri`,
  );
};

/** Signs with the key of the root. */
const asRoot = <Result>(file: string, run: (authority: PoolAuthority) => Promise<Result>): Promise<Result> =>
  runWithRecoveryFile(file, async (content, backend) => run(await rootAuthority(content, backend)));

const listWorkers = async (words: string[]): Promise<void> => {
  const { json } = parseWorkers(words);
  // The worker of the same build wrote it, to a socket in a folder that only we can enter.
  const results = (await askWorker(workerDirectory, { command: 'workers' })) as readonly ListedWorker[];
  if (json) print(JSON.stringify({ results }));
  else for (const { id, pool, state, name } of results) print([id, pool, state, name].join('\t'));
};

const revoke = async (words: string[]): Promise<void> => {
  const { workerId, recoveryFile } = parseRevoke(words);
  const { name, pool, letIn } =
    recoveryFile === null
      ? // as above
        ((await askWorker(workerDirectory, { command: 'revoke-worker', workerId })) as RevokedWorker)
      : await asRoot(recoveryFile, (authority) => revokeWorker(authority, workerId));
  say(`${name} is not a worker of pool ${pool} any more. Change the values that it could open: see /admin/workers`);
  for (const other of letIn) say(`it had let in ${other.name} (${other.id}), which is a worker still`);
};

const pauseMilliseconds = 500;

const rotate = async (words: string[]): Promise<void> => {
  const keyId = await askWorker(workerDirectory, { command: 'rotate-pool-key', ...parseRotate(words) });
  say(`the pool has the new key ${String(keyId)}`);
  for (let before = -1; ;) {
    // as above
    const summary = (await askWorker(workerDirectory, { command: 'pending' })) as PendingSummary;
    if (summary.pending === 0) return sayWhatIsLeft(summary);
    if (summary.pending !== before) say(`${summary.pending} values are not sealed to it yet`);
    before = summary.pending;
    await delay(pauseMilliseconds);
  }
};

/** @throws {ResolveFailure} where something is left that waiting does not end */
const sayWhatIsLeft = ({ lost, left, named }: PendingSummary): void => {
  if (lost + left === 0) return say('every value is sealed to the current keys');
  const more = lost + left > named.length ? `, and ${lost + left - named.length} more` : '';
  const reasons = [
    lost > 0 ? `${lost} are sealed to keys that no worker has any more: run reseal with the recovery file` : '',
    left > 0
      ? `${left} could not be sealed again, because nothing says that they are genuine: save these values again`
      : '',
  ].filter((reason) => reason !== '');
  throw new ResolveFailure(
    exitCode.unavailable,
    `all is sealed again but for ${lost + left} values. ${reasons.join('. ')}. They are: ${named.join(', ')}${more}`,
  );
};

const reseal = async (words: string[]): Promise<void> => {
  const { recoveryFile, isSure } = parseReseal(words);
  await runWithRecoveryFile(recoveryFile, async (content, backend) => {
    const { plan, run } = await resealWithRoot(content, backend);
    const { pending, lost, left } = plan.summary;
    const total = pending + lost + left;
    say(
      `${total} values are not sealed to the current keys of their pools. These workers can open what is sealed again:`,
    );
    for (const { name: pool, state } of plan.pools)
      for (const { workerId, name } of state.livingMembers()) say(`${pool}: ${name} (${workerId})`);
    if (!isSure) return say('nothing was sealed: if you know all of these workers, run it again with --yes');
    sayWhatIsLeft(await run((done) => say(`${done} of ${total} are sealed again`)));
  });
};

const commands: Readonly<Record<string, (words: string[]) => Promise<void>>> = {
  invite,
  workers: listWorkers,
  'revoke-worker': revoke,
  'rotate-pool-key': rotate,
  reseal,
};

const run = async ([name = '', ...words]: readonly string[]): Promise<number> => {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new UsageProblem(`there is no command ${name}`);
  await command([...words]);
  return 0;
};

const failure = (error: unknown): number => {
  const isTold = error instanceof ResolveFailure || error instanceof CommandProblem || error instanceof SettingError;
  say(isTold ? error.message : 'the command failed because of an error in itself: report it');
  if (error instanceof ResolveFailure || error instanceof CommandProblem) return error.exitCode;
  return error instanceof SettingError ? exitCode.configuration : exitCode.software;
};

// First of all: otherwise Node answers this signal by opening its inspector on a process that holds keys.
process.on('SIGUSR1', () => undefined);
process.umask(0o077);
mindOutput();
process.exitCode = await run(process.argv.slice(2)).catch(failure);
