'use client';
import { Anchor } from '@mantine/core';
import type { AuditQuery } from '@secret-store/api/schemas';
import { PageHeader, Section } from '@secret-store/ui';
import { SignedIn } from '@/features/session/signed-in.tsx';
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

const useAuditSearch = () => {
  const [filters, change] = useAddressState(auditFilters);
  return { filters, change, query: queryOf(filters) };
};

const ExportOfSearch = () => {
  const { query } = useAuditSearch();
  return <AuditExport from={query.from} to={query.to} />;
};

const AuditSearch = () => {
  const { filters, change, query } = useAuditSearch();
  return (
    <Section title="Events" isFlush>
      <AuditFilterFields filters={filters} onChange={change} />
      {/* from the first page again when something else is looked for */}
      <AuditList key={JSON.stringify(query)} query={query} />
    </Section>
  );
};

export const AuditListPage = () => (
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
      actions={
        <SignedIn pending={null}>
          <ExportOfSearch />
        </SignedIn>
      }
    />
    <SignedIn>
      <AuditSearch />
    </SignedIn>
  </>
);
