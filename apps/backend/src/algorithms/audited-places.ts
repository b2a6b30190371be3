import type { Actor, AuditEvent, AuditPlace, AuditPlaces } from '@secret-store/api';
import { z } from 'zod';
import { can, canAccessAlgorithmsOf } from '../accounts/permissions.ts';
import type { Dependencies } from '../dependencies.ts';
import { knownWorkers } from '../workers/admin/known-workers.ts';

type PlaceDependencies = Pick<Dependencies, 'db' | 'ledger' | 'pools'>;
type Located = readonly (readonly [id: string, place: AuditPlace])[];

const Id = z.uuid();

/** Where the things are that events name. What is gone, or what the reader may not see, has no place. */
export const auditedPlaces = async (
  deps: PlaceDependencies,
  actor: Actor,
  events: readonly AuditEvent[],
): Promise<AuditPlaces> =>
  Object.fromEntries([
    ...(await algorithmsAndSecrets(deps, actor, events)),
    ...(await providers(deps, actor, events)),
    ...(await workers(deps, actor, events)),
  ]);

const subjectIds = (events: readonly AuditEvent[], type: string): string[] => [
  ...new Set(
    events.flatMap(({ subject }) => (subject.type === type && Id.safeParse(subject.id).success ? subject.id : [])),
  ),
];

const algorithmsAndSecrets = async (
  { db, ledger }: PlaceDependencies,
  actor: Actor,
  events: readonly AuditEvent[],
): Promise<Located> => {
  const secretIds = subjectIds(events, 'secret');
  const secrets = await ledger.genuineAll(
    'secret',
    await db.prisma.secret.findMany({ where: { id: { in: secretIds } } }),
  );
  const variables = new Map(secrets.map(({ id, environmentVariable }) => [id, environmentVariable]));
  const algorithmOf = new Map([...told(events), ...secrets.map(({ id, algorithmId }) => [id, algorithmId] as const)]);
  const ids = [...subjectIds(events, 'algorithm'), ...algorithmOf.values()];
  const rows = await ledger.genuineAll('algorithm', await db.prisma.algorithm.findMany({ where: { id: { in: ids } } }));
  const seen = new Map(
    rows
      .filter(({ owner }) => canAccessAlgorithmsOf(actor, owner, 'algorithms.read'))
      .map(({ id, owner, name }) => [id, { owner, name }]),
  );
  return [
    ...[...seen].map(([id, algorithm]) => [id, { type: 'algorithm', ...algorithm }] as const),
    ...secretIds.flatMap((id) => {
      const algorithm = seen.get(algorithmOf.get(id) ?? '');
      if (algorithm === undefined) return [];
      return [[id, { type: 'secret', ...algorithm, variable: variables.get(id) ?? null }] as const];
    }),
  ];
};

/** The algorithms of secrets that are gone. */
const told = (events: readonly AuditEvent[]) =>
  events.flatMap(({ subject, details: { algorithmId } }) => {
    const id = Id.safeParse(algorithmId).data;
    return subject.type === 'secret' && id !== undefined ? [[subject.id, id] as const] : [];
  });

const providers = async (
  { db, ledger }: PlaceDependencies,
  actor: Actor,
  events: readonly AuditEvent[],
): Promise<Located> => {
  const ids = subjectIds(events, 'provider');
  if (ids.length === 0 || !can(actor, 'providers.read')) return [];
  const rows = await ledger.genuineAll('provider', await db.prisma.provider.findMany({ where: { id: { in: ids } } }));
  return rows.map(({ id, name }) => [id, { type: 'provider', name }]);
};

const workers = async (deps: PlaceDependencies, actor: Actor, events: readonly AuditEvent[]): Promise<Located> => {
  const isWorkers = events.some((event) => event.subject.type === 'worker' || event.actor.type === 'worker');
  if (!isWorkers || !can(actor, 'workers.read')) return [];
  return (await knownWorkers(deps)).map(({ id, name }) => [id, { type: 'worker', name }]);
};
