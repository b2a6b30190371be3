import { X509Certificate } from 'node:crypto';
import { type Actor, AuditSinkFormat, type AuditSinkInfo } from '@secret-store/api';
import { requirePermission } from '../../accounts/permissions.ts';
import type { Dependencies } from '../../dependencies.ts';
import { receivers } from '../receivers.ts';

/** The oldest first. */
export const listSinks = async (deps: Pick<Dependencies, 'db' | 'ledger'>, actor: Actor): Promise<AuditSinkInfo[]> => {
  requirePermission(actor, 'webhooks.read');
  const { sequence } = deps.ledger.chain.head;
  return (await receivers(deps)).flatMap(({ row, state, sentUpTo }) => {
    const { id, url, events, format, createdAt, trustedCertificates, clientCertificate } = row;
    if (format === null) return [];
    return {
      ...{ id, url, events, format: AuditSinkFormat.parse(format), created: createdAt.toISOString() },
      trustsOwnCertificates: trustedCertificates !== null,
      certificateExpires: clientCertificate === null ? null : endOf(clientCertificate),
      waiting: Math.max(0, sequence - sentUpTo),
      ...state,
    };
  });
};

const endOf = (certificate: string): string => new Date(new X509Certificate(certificate).validTo).toISOString();
