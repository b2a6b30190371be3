import { Paper } from '@mantine/core';
import type { ReactNode } from 'react';
import { LoadingRows } from '../feedback/loading-rows.tsx';

interface ShownTogetherProps {
  /** it is known what stands above */
  readonly isReady: boolean;
  /** what is loaded, such as "the algorithms" */
  readonly what: string;
  readonly children: ReactNode;
}

/**
 * A part of a page below something that may or may not be there. It loads at once, and is shown when that is known: what is shown is
 * not pushed down then.
 */
export const ShownTogether = ({ isReady, what, children }: ShownTogetherProps) => (
  <>
    {!isReady && (
      <Paper withBorder>
        <LoadingRows label={`Loading ${what}`} />
      </Paper>
    )}
    <div hidden={!isReady}>{children}</div>
  </>
);
