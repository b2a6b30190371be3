import { Box } from '@mantine/core';
import type { ReactNode } from 'react';

interface FileDropProps {
  readonly children: ReactNode;
  readonly onText: (text: string) => void;
}

/** Takes the text of a file that is dropped on it. Without it the browser would leave the page and show the file. */
export const FileDrop = ({ children, onText }: FileDropProps) => (
  <Box
    onDragOver={(event) => event.preventDefault()}
    onDrop={(event) => {
      event.preventDefault();
      void event.dataTransfer.files[0]?.text().then(onText);
    }}
  >
    {children}
  </Box>
);
