'use client';
import { Anchor } from '@mantine/core';
import type { AuditQuery } from '@secret-store/api/schemas';
import { PageHeader, Section } from '@secret-store/ui';
import { useAddressState } from '@/page/address-state.ts';
import { PageLink } from '@/page/page-link.tsx';
import { paths } from '@/paths.ts';
import { AuditExport } from './audit-export.tsx';
import { AuditFilterFields, auditFilters, type AuditFilters } from './audit-filters.tsx';
import { AuditList } from './audit-list.tsx';

/** A time of the reader's time zone, as the field has it. */
const momentOf = (local: string): string | undefined => {
  const moment = new Date(local);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
};

const queryOf = ({ actor, subject, action, outcome, from, to }: AuditFilters): AuditQuery => ({
  ...(actor.trim() !== '' && { actor: actor.trim() }),
  ...(subject.trim() !== '' && { subject: subject.trim() }),
  ...(action !== '' && { action }),
  ...((outcome === 'done' || outcome === 'refused') && { outcome }),
  ...(from !== '' && { from: momentOf(from) }),
  ...(to !== '' && { to: momentOf(to) }),
});

export const AuditListPage = () => {
  const [filters, change] = useAddressState(auditFilters);
  const query = queryOf(filters);
  return (
    <>
      <PageHeader
        title="Audit"
        description={
          <>
            Who did what, and when. Each event is chained to the one before, so that none can be changed or removed
            unseen.{' '}
            <Anchor component={PageLink} href={paths.guide('audit')} underline="always">
              How to verify it
            </Anchor>
            {' · '}
            <Anchor component={PageLink} href={paths.auditSinks} underline="always">
              Forward it
            </Anchor>
          </>
        }
        actions={<AuditExport from={query.from} to={query.to} />}
      />
      <Section title="Events" isFlush>
        <AuditFilterFields filters={filters} onChange={change} />
        {/* from the first page again when something else is looked for */}
        <AuditList key={JSON.stringify(query)} query={query} />
      </Section>
    </>
  );
};
