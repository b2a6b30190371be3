import { Group } from '@mantine/core';
import { RowAction } from '@secret-store/ui';

interface GranteeActionsProps {
  /** of the element that names the row */
  readonly rowId: string;
  /** why the store would refuse to remove this one; null where it would not */
  readonly refusal: string | null;
  readonly onChange: () => void;
  readonly onRemove: () => void;
}

export const GranteeActions = ({ rowId, refusal, onChange, onRemove }: GranteeActionsProps) => (
  <Group gap="xs" wrap="nowrap" display="inline-flex">
    <RowAction label="Change" rowId={rowId} onClick={onChange} />
    <RowAction label="Remove" rowId={rowId} isDestructive refusal={refusal} onClick={onRemove} />
  </Group>
);
