import { X509Certificate } from 'node:crypto';
import {
  type Actor,
  ApiError,
  type SignInConnectionInfo,
  type SignInConnectionRequest,
  signInConnectionsMaximum,
  type SignInConnectionUpdate,
} from '@secret-store/api';
import { isUniqueViolation } from '@secret-store/db';
import { encryptClientSecret } from '@secret-store/sealing';
import { v7 as uuid } from 'uuid';
import { userActor } from '../../../audit/user-actor.ts';
import type { Dependencies } from '../../../dependencies.ts';
import { change } from '../../../ledger/change.ts';
import { ClaimTaken } from '../../../ledger/claim-taken.ts';
import type { Rows } from '../../../rows/row-kinds.ts';
import { requirePermission } from '../../permissions.ts';
import { connectionInfoOf } from './connection-info.ts';
import { existingConnection } from './existing-connection.ts';
import { peopleOf } from './list-connections.ts';

type WriteDependencies = Pick<Dependencies, 'db' | 'keys' | 'ledger'>;

/** What both kinds of requests say of a connection. */
const columnsOf = ({ displayName, settings, domains, makesAccounts, isEnabled }: Common) => ({
  ...{ displayName, settings, domains: [...new Set(domains)], makesAccounts, isEnabled },
});

type Common = Pick<SignInConnectionUpdate, 'displayName' | 'settings' | 'domains' | 'makesAccounts' | 'isEnabled'>;

/** @throws {ApiError} 6001, with status 409 for a name or a domain that another connection has */
export const createConnection = async (
  deps: WriteDependencies,
  actor: Actor,
  request: SignInConnectionRequest,
  origin: string,
): Promise<SignInConnectionInfo> => {
  requirePermission(actor, 'users.manage');
  requireCertificates(request.settings);
  const { kind, name, issuer } = request;
  const id = uuid();
  const row = {
    ...{ id, kind, name, issuer, ...columnsOf(request), createdAt: new Date() },
    clientSecret: encrypted(deps, { id, issuer }, request),
  };
  await deps.db.withLock('sign-in connections', async () => {
    await deps.ledger.chain.read();
    if (deps.ledger.memory.count('signInConnection', 'all') >= signInConnectionsMaximum) throw tooMany();
    await told(
      change(deps, async (changes) => {
        await changes.insert('signInConnection', row);
        changes.audit({
          actor: userActor(actor),
          action: 'sign-in-connection.create',
          subject: { type: 'sign-in-connection', id, name },
          details: { kind, issuer, domains: row.domains, makesAccounts: row.makesAccounts, isEnabled: row.isEnabled },
        });
      }),
    );
  });
  return connectionInfoOf(row, { origin, people: 0 });
};

/** @throws {ApiError} 6001, with status 404 where there is none, and 409 for a domain that another connection has */
export const updateConnection = async (
  deps: WriteDependencies,
  actor: Actor,
  request: SignInConnectionUpdate,
  origin: string,
): Promise<SignInConnectionInfo> => {
  requirePermission(actor, 'users.manage');
  const { id } = await existingConnection(deps, request.connectionId);
  requireCertificates(request.settings);
  const row = await told(
    change(deps, async (changes) => {
      const before = await changes.find('signInConnection', id);
      if (before === null || before.kind !== request.kind) throw otherKind();
      const secret = encrypted(deps, before, request);
      const patch = { ...columnsOf(request), ...(secret !== null && { clientSecret: secret }) };
      const fields = Object.entries(patch).filter(([field, value]) => !isSame(Reflect.get(before, field), value));
      if (fields.length === 0) return before;
      changes.audit({
        actor: userActor(actor),
        action: 'sign-in-connection.update',
        subject: { type: 'sign-in-connection', id, name: before.name },
        details: { fields: fields.map(([field]) => field) },
      });
      return changes.update('signInConnection', id, patch);
    }),
  );
  return connectionInfoOf(row, { origin, people: peopleOf(deps, id) });
};

const isSame = (before: unknown, after: unknown): boolean => JSON.stringify(before) === JSON.stringify(after);

const encrypted = (
  { keys }: WriteDependencies,
  { id, issuer }: Pick<Rows['signInConnection'], 'id' | 'issuer'>,
  request: SignInConnectionRequest | SignInConnectionUpdate,
) =>
  request.kind === 'oidc' && request.clientSecret !== undefined
    ? encryptClientSecret(keys.keyRing, { connectionId: id, issuer }, Buffer.from(request.clientSecret))
    : null;

const requireCertificates = (settings: Common['settings']): void => {
  if (!('certificates' in settings)) return;
  for (const [index, certificate] of settings.certificates.entries()) {
    if (isCertificate(certificate)) continue;
    throw new ApiError('InputValidationError', 'The certificate must be in PEM. Copy it from the identity provider.', {
      field: `settings.certificates.${index}`,
    });
  }
};

const isCertificate = (pem: string): boolean => {
  try {
    return new X509Certificate(pem).publicKey !== undefined;
  } catch {
    return false;
  }
};

const told = async <T>(written: Promise<T>): Promise<T> =>
  written.catch((error: unknown) => {
    if (!isUniqueViolation(error) && !(error instanceof ClaimTaken)) throw error;
    const domain = error instanceof ClaimTaken && error.claim.startsWith('domain:') ? error.claim.slice(7) : null;
    throw new ApiError(
      'InputValidationError',
      domain === null
        ? 'name is taken by another connection. Choose another one.'
        : `${domain} is a domain of another connection. Remove it there first.`,
      { status: 409, field: domain === null ? 'name' : 'domains', cause: error },
    );
  });

const otherKind = () =>
  new ApiError('InputValidationError', 'The connection is of another kind. Create a new one.', { field: 'kind' });

const tooMany = () =>
  new ApiError('InputValidationError', `There are ${signInConnectionsMaximum} connections already. Delete one first.`, {
    status: 409,
  });
