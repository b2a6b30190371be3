import { Button, Tooltip, VisuallyHidden, type ButtonProps } from '@mantine/core';
import { useId } from 'react';

interface RowActionProps extends Pick<ButtonProps, 'loading'> {
  readonly label: string;
  /** of the element that names the row */
  readonly rowId: string;
  /** it takes something away */
  readonly isDestructive?: boolean;
  /** why the store would refuse it; null where it would not */
  readonly refusal?: string | null;
  readonly onClick: () => void;
}

/** A refused one keeps the focus, so that its reason can be read by keyboard and by touch too. */
export const RowAction = ({
  label,
  rowId,
  isDestructive = false,
  refusal = null,
  onClick,
  ...button
}: RowActionProps) => {
  const reasonId = useId();
  const refused = { 'aria-disabled': true, 'data-disabled': true, 'aria-describedby': `${rowId} ${reasonId}` };
  return (
    <>
      <Tooltip
        label={refusal}
        disabled={refusal === null}
        events={{ hover: true, focus: true, touch: true }}
        multiline
        maw={280}
        withArrow
      >
        <Button
          variant="subtle"
          size="xs"
          {...(isDestructive && { color: 'red' })}
          {...(isDestructive && refusal === null && { c: 'var(--mantine-color-error)' })}
          {...button}
          {...(refusal === null ? { 'aria-describedby': rowId, onClick } : refused)}
        >
          {label}
        </Button>
      </Tooltip>
      {refusal !== null && <VisuallyHidden id={reasonId}>{refusal}</VisuallyHidden>}
    </>
  );
};
