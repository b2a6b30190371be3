import { ApiError, type WaitingReason, waitingAccountsMaximum } from '@secret-store/api';
import { v7 as uuid } from 'uuid';
import type { AuditActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { subjectClaim } from '../../rows/sign-in-kinds.ts';
import { addIdentity } from '../identities/add-identity.ts';
import { identityOf } from '../identities/identity-of.ts';
import { insertUser } from '../users/create-user.ts';
import { mappedName } from './mapped-name.ts';
import { type Outsider, scimSource } from './outsider.ts';
import { reasonAgainst } from './taken-names.ts';

export type Arrival =
  { readonly user: Rows['user']; readonly identity: Rows['identity'] } | { readonly waiting: Rows['waitingAccount'] };

type ArrivalDependencies = Pick<Dependencies, 'ledger'>;

/**
 * The account of somebody of whom an identity source tells us. Who is known by the source's own name of the person has one, and may
 * be disabled: the caller looks. Who is new gets one where nothing speaks against the name, and waits for an administrator where
 * something does. An address of e-mail decides nothing.
 * @param actor whose doing it is
 */
export const arrive = async (
  deps: ArrivalDependencies,
  changes: Change,
  outsider: Outsider,
  actor: AuditActor,
): Promise<Arrival> => {
  const identity = await identityOf(deps, changes, outsider);
  if (identity !== null) {
    const user = await changes.find('user', identity.userId);
    if (user === null) throw new Error(`identity ${identity.id} is of no user`);
    return { user, identity };
  }
  const earlier = await waitingOf(deps, changes, outsider);
  if (earlier !== null) return { waiting: earlier };
  const username = mappedName(outsider.username);
  const reason =
    (await reasonAgainst(deps, changes, username)) ??
    ((await makesAccounts(changes, outsider)) ? null : ('accounts-not-made' as const));
  if (reason !== null) return { waiting: await wait(deps, changes, { outsider, wantedName: username, reason, actor }) };
  return makeAccount(changes, { source: outsider, username, actor });
};

interface NewAccount {
  readonly source: Pick<Outsider, 'connectionId' | 'subject' | 'username'>;
  readonly username: string;
  readonly actor: AuditActor;
}

/** Without a password, as nobody would know it. */
export const makeAccount = async (changes: Change, { source, username, actor }: NewAccount) => {
  const { id } = await insertUser(changes, { username, password: null, role: 'user' }, actor);
  const user = await changes.find('user', id);
  if (user === null) throw new Error('the user was not written');
  return { user, identity: await addIdentity(changes, { user, source, actor }) };
};

const makesAccounts = async (changes: Change, { connectionId }: Outsider): Promise<boolean> =>
  connectionId === scimSource || ((await changes.find('signInConnection', connectionId))?.makesAccounts ?? false);

const waitingOf = async ({ ledger }: ArrivalDependencies, changes: Change, outsider: Outsider) => {
  const id = ledger.memory.claimant('waitingAccount', subjectClaim(outsider));
  return id === null ? null : changes.find('waitingAccount', id);
};

interface Waiting {
  readonly outsider: Outsider;
  readonly wantedName: string;
  readonly reason: WaitingReason;
  readonly actor: AuditActor;
}

const wait = async (
  { ledger }: ArrivalDependencies,
  changes: Change,
  { outsider, wantedName, reason, actor }: Waiting,
): Promise<Rows['waitingAccount']> => {
  if (ledger.memory.count('waitingAccount', 'waiting') >= waitingAccountsMaximum) {
    throw new ApiError(
      'NotAuthenticated',
      'Too many accounts wait for an administrator. Ask one to decide on them at /admin/sign-in.',
    );
  }
  const { groups, ...who } = outsider;
  const waiting = await changes.insert('waitingAccount', {
    ...{ id: uuid(), ...who, groups: [...groups], wantedName, reason, state: 'waiting', createdAt: new Date() },
  });
  changes.audit({
    actor,
    action: 'waiting-account.create',
    subject: { type: 'waiting-account', id: waiting.id, name: outsider.username },
    details: { connectionId: outsider.connectionId, wantedName, reason },
  });
  return waiting;
};
