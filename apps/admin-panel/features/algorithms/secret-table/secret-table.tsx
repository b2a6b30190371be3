'use client';
import { Box } from '@mantine/core';
import { KeyIcon } from '@primer/octicons-react';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import type { AlgorithmSecret } from '@secret-store/api/schemas';
import { EmptyState, RecordTable, type RecordColumn } from '@secret-store/ui';
import { NumberedPages } from '@/page/numbered-pages.tsx';
import { arrangeSecrets } from './arrange-secrets.ts';
import { SecretFilters } from './secret-filters.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { pageSize, useSecretView } from './use-secret-view.ts';
import type { Selection } from './use-selection.ts';

interface SecretTableProps {
  readonly secrets: readonly AlgorithmSecret[];
  readonly columns: readonly RecordColumn<AlgorithmSecret>[];
  readonly selection: Selection<AlgorithmSecret>;
  readonly providerName: (providerId: string) => string;
  readonly isReference: (secret: AlgorithmSecret) => boolean;
  /** what can be done with those that are ticked; false: nothing, and none can be */
  readonly actions: ReactNode;
}

/** The secrets of an algorithm, page by page: an algorithm can have thousands. */
export const SecretTable = ({ secrets, columns, selection, providerName, isReference, actions }: SecretTableProps) => {
  const view = useSecretView();
  const top = useRef<HTMLDivElement>(null);
  const [now] = useState(() => new Date());
  const found = arrangeSecrets(secrets, view.arrangement, { providerName, isReference, now });
  const providerIds = useMemo(() => [...new Set(secrets.map(({ provider_id }) => provider_id))], [secrets]);
  const page = Math.min(view.page, Math.max(1, Math.ceil(found.length / pageSize)));
  const shown = found.slice((page - 1) * pageSize, page * pageSize);
  const shownIds = shown.map(({ id }) => id);
  const turn = (next: number) => {
    view.turn(next);
    top.current?.scrollIntoView({ block: 'start' });
  };
  return (
    <Box ref={top} style={{ scrollMarginTop: 80 }}>
      {(secrets.length > 1 || found.length === 0) && (
        <SecretFilters view={view} providers={providerIds.map((id) => ({ id, name: providerName(id) }))} />
      )}
      {shown.length === 0 ? (
        <EmptyState icon={<KeyIcon size={24} />} title="No secret matches">
          Change the search or the filters above.
        </EmptyState>
      ) : (
        <>
          {actions !== false && (
            <SelectionBar
              shown={shown.length}
              tickedHere={shownIds.filter(selection.has).length}
              ticked={selection.ticked.length}
              onTickAll={(isTicked) => selection.set(shownIds, isTicked)}
              onClear={selection.clear}
            >
              {actions}
            </SelectionBar>
          )}
          <RecordTable label="Secrets" columns={columns} items={shown} keyOf={(secret) => secret.id} />
          {secrets.length > 1 && (
            <NumberedPages page={page} size={pageSize} total={found.length} what="secrets" onChange={turn} />
          )}
        </>
      )}
    </Box>
  );
};
