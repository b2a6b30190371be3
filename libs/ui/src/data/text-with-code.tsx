import { Code } from '@mantine/core';
import { Fragment } from 'react';

/** Text with the parts between backticks shown as code. */
export const TextWithCode = ({ text }: { readonly text: string }) =>
  text
    .split('`')
    .map((part, index) =>
      index % 2 === 1 ? <Code key={index}>{part}</Code> : <Fragment key={index}>{part}</Fragment>,
    );
