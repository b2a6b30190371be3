import type { WorkerStates } from '@secret-store/api/schemas';
import type { PoolLog } from '@secret-store/sealing';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import type { FleetDependencies } from '../fleet/fleet-dependencies.ts';
import { replaceKnownKey, rotateKey } from '../fleet/member-duties.ts';
import { askFleet } from '../fleet/update-logs.ts';
import { inviteWorker, revokeWorker, trustIdentity } from './change-pool.ts';
import type { CommandRequest, ListedWorker } from './command-protocol.ts';
import { workerAuthority } from './pool-authority.ts';

/** Does what a command asks for, with the keys of this worker. @throws {ResolveFailure} */
export const runOnWorker = async (deps: FleetDependencies, request: CommandRequest): Promise<unknown> => {
  switch (request.command) {
    case 'invite': {
      const { uses, seconds } = request;
      const poolName = request.poolName ?? (await ownLog(deps)).name;
      return inviteWorker(workerAuthority(deps), { poolName, uses, seconds });
    }
    case 'trust': {
      const { command: _, poolName, ...identity } = request;
      const authority = workerAuthority(deps);
      return trustIdentity(authority, { ...identity, poolName: poolName ?? (await ownLog(deps)).name });
    }
    case 'workers': {
      await askFleet(deps);
      const states = await deps.backend.workerStates();
      return deps.logs.all.flatMap((log) => listWorkers(log, states));
    }
    case 'revoke-worker': {
      if (request.workerId === deps.keys.workerId)
        throw new ResolveFailure(exitCode.noPermission, 'a worker cannot revoke itself: run this on another one');
      const revoked = await revokeWorker(workerAuthority(deps), request.workerId);
      await replaceKnownKey(deps);
      return revoked;
    }
    case 'rotate-pool-key': {
      const { name } = await ownLog(deps);
      if (request.poolName !== null && request.poolName !== name)
        throw new ResolveFailure(
          exitCode.noPermission,
          `this worker is of the pool ${name}: run this on a worker of ${request.poolName}`,
        );
      return (await rotateKey(deps)).currentKey?.keyId;
    }
    case 'pending':
      return deps.backend.pendingReseal();
  }
};

const ownLog = async (deps: FleetDependencies): Promise<PoolLog> => {
  if (deps.logs.log(deps.keys.pool.id) === null) await askFleet(deps);
  const log = deps.logs.log(deps.keys.pool.id);
  if (log === null) throw new ResolveFailure(exitCode.unavailable, "the log of this worker's pool has not come yet");
  return log;
};

const listWorkers = ({ name: pool, state }: PoolLog, states: WorkerStates): ListedWorker[] =>
  [...state.members.values()].map(({ workerId: id, name, revokedAt }) => ({
    id,
    name,
    pool,
    state: revokedAt === null ? (states[id] ?? 'unknown') : 'revoked',
  }));
