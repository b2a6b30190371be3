import { Box } from '@mantine/core';
import type { ReactNode } from 'react';

interface FileDropProps {
  readonly children: ReactNode;
  /** null: they may not, and the file is passed over */
  readonly onText: ((text: string) => void) | null;
}

/** Takes the text of a file that is dropped on it. */
export const FileDrop = ({ children, onText }: FileDropProps) => (
  <Box
    onDragOver={(event) => event.preventDefault()}
    onDrop={(event) => {
      event.preventDefault();
      if (onText !== null) void event.dataTransfer.files[0]?.text().then(onText);
    }}
  >
    {children}
  </Box>
);
