'use client';
import { Box } from '@mantine/core';
import { KeyIcon } from '@primer/octicons-react';
import { useRef, type ReactNode } from 'react';
import type { ListedSecret, SecretsPage } from '@secret-store/api/schemas';
import { EmptyState, RecordTable, type RecordColumn } from '@secret-store/ui';
import { NumberedPages } from '@/page/numbered-pages.tsx';
import { SecretFilters } from './secret-filters.tsx';
import { SelectionBar } from './selection-bar.tsx';
import type { SecretView } from './use-secret-view.ts';
import type { Selection } from './use-selection.ts';

interface SecretTableProps {
  readonly found: SecretsPage;
  readonly view: SecretView;
  readonly columns: readonly RecordColumn<ListedSecret>[];
  readonly selection: Selection<ListedSecret>;
  readonly providerName: (providerId: string) => string;
  /** what can be done with those that are ticked; false: nothing, and none can be */
  readonly actions: ReactNode;
}

/** A page of the secrets of an algorithm, and the way to the others. */
export const SecretTable = ({ found, view, columns, selection, providerName, actions }: SecretTableProps) => {
  const { results, page, size, total, ofAlgorithm, providerIds } = found;
  const top = useRef<HTMLDivElement>(null);
  const shownIds = results.map(({ id }) => id);
  const turn = (next: number) => {
    view.turn(next);
    top.current?.scrollIntoView({ block: 'start' });
  };
  return (
    <Box ref={top} style={{ scrollMarginTop: 80 }}>
      {(ofAlgorithm > 1 || results.length === 0) && (
        <SecretFilters view={view} providers={providerIds.map((id) => ({ id, name: providerName(id) }))} />
      )}
      {results.length === 0 ? (
        <EmptyState icon={<KeyIcon size={24} />} title="No secret matches">
          Change the search or the filters above.
        </EmptyState>
      ) : (
        <>
          {actions !== false && (
            <SelectionBar
              shown={results.length}
              tickedHere={shownIds.filter(selection.has).length}
              ticked={selection.ticked.length}
              onTickAll={(isTicked) => (isTicked ? selection.add(results) : selection.drop(shownIds))}
              onClear={selection.clear}
            >
              {actions}
            </SelectionBar>
          )}
          <RecordTable label="Secrets" columns={columns} items={results} keyOf={(secret) => secret.id} />
          {ofAlgorithm > 1 && <NumberedPages page={page} size={size} total={total} what="secrets" onChange={turn} />}
        </>
      )}
    </Box>
  );
};
