import { Button, Group } from '@mantine/core';

interface GranteeActionsProps {
  /** of the element that names the row */
  readonly describedBy: string;
  readonly onChange: () => void;
  readonly onRemove: () => void;
}

export const GranteeActions = ({ describedBy, onChange, onRemove }: GranteeActionsProps) => (
  <Group gap={4} wrap="nowrap" justify="flex-end">
    <Button variant="subtle" size="xs" aria-describedby={describedBy} onClick={onChange}>
      Change
    </Button>
    <Button
      variant="subtle"
      color="red"
      c="var(--mantine-color-error)"
      size="xs"
      aria-describedby={describedBy}
      onClick={onRemove}
    >
      Remove
    </Button>
  </Group>
);
