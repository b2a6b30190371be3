import { Alert, Text } from '@mantine/core';

/** In words; of many, only the first. */
const listed = (lines: readonly number[]): string =>
  new Intl.ListFormat('en', { type: 'conjunction' }).format(
    lines.length > 10 ? [...lines.slice(0, 10).map(String), `${lines.length - 10} more`] : lines.map(String),
  );

/** Their text is not shown: it may be a part of a value. */
export const UnreadLines = ({ lines }: { readonly lines: readonly number[] }) =>
  lines.length > 0 && (
    <Alert color="yellow" title={lines.length === 1 ? '1 line is not read' : `${lines.length} lines are not read`}>
      <Text fz="sm">
        {lines.length === 1 ? 'Line' : 'Lines'} {listed(lines)} {lines.length === 1 ? 'has' : 'have'} no NAME=value, so
        nothing is imported from {lines.length === 1 ? 'it' : 'them'}. Put a value of several lines in double quotes.
      </Text>
    </Alert>
  );
