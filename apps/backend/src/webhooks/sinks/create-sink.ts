import {
  type Actor,
  ApiError,
  type AuditSinkRequest,
  auditSinksMaximum,
  type CreatedAuditSink,
} from '@secret-store/api';
import { v7 as uuidv7 } from 'uuid';
import { requirePermission } from '../../accounts/permissions.ts';
import { userActor } from '../../audit/user-actor.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { shownKey, webhookKey } from '../webhook-key.ts';
import { givenCertificates, storedCertificates } from './sink-certificates.ts';

/** It gets what happens from now on. Its own creation is the first event that it can get. */
export const createSink = async (
  deps: Pick<Dependencies, 'db' | 'keys' | 'ledger'>,
  actor: Actor,
  request: AuditSinkRequest,
): Promise<CreatedAuditSink> => {
  requirePermission(actor, 'webhooks.manage');
  const { url, format, events } = request;
  const certificates = givenCertificates(request);
  const place = { id: uuidv7(), url };
  const row = {
    ...{ ...place, format, events: [...new Set(events)], createdAt: new Date() },
    ...storedCertificates(deps, place, certificates),
  };
  await deps.ledger.flush();
  const sentUpTo = deps.ledger.chain.head.sequence;
  await deps.db.withLock('webhooks', async () => {
    if (deps.ledger.memory.count('webhook', 'sinks') >= auditSinksMaximum) {
      const message = `There are ${auditSinksMaximum} sinks already. Delete one first.`;
      throw new ApiError('InputValidationError', message, { status: 409 });
    }
    await change(deps, async (changes) => {
      await changes.insert('webhook', row, { sentUpTo });
      changes.audit({
        actor: userActor(actor),
        action: 'audit-sink.create',
        subject: { type: 'audit-sink', id: row.id, name: new URL(url).host },
        details: {
          ...{ host: new URL(url).host, format, events: row.events },
          ...{
            trustsOwnCertificates: certificates.ca !== undefined,
            showsCertificate: certificates.cert !== undefined,
          },
        },
      });
    });
  });
  return { id: row.id, key: format === 'json-lines' ? shownKey(webhookKey(deps, row)) : null };
};
