import { Group, Pagination, Text } from '@mantine/core';

interface NumberedPagesProps {
  /** from 1 */
  readonly page: number;
  /** how many a page has */
  readonly size: number;
  readonly total: number;
  /** what is counted, such as "algorithms" */
  readonly what: string;
  readonly onChange: (page: number) => void;
}

/** Where in a list of known length one is, and the way to its other pages. */
export const NumberedPages = ({ page, size, total, what, onChange }: NumberedPagesProps) => {
  const first = (page - 1) * size + 1;
  const last = Math.min(page * size, total);
  return (
    <Group justify="space-between" px="lg" py="md" component="nav" aria-label="Pages">
      <Text c="dimmed" fz="sm" role="status">
        {first.toLocaleString()}–{last.toLocaleString()} of {total.toLocaleString()} {what}
      </Text>
      {total > size && (
        <Pagination
          total={Math.ceil(total / size)}
          value={page}
          onChange={onChange}
          size="sm"
          getControlProps={(control) => ({
            'aria-label': `${control.charAt(0).toUpperCase()}${control.slice(1)} page`,
          })}
          getItemProps={(item) => ({ 'aria-label': `Page ${item}` })}
        />
      )}
    </Group>
  );
};
