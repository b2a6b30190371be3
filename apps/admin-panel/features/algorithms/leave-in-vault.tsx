import { Checkbox } from '@mantine/core';

interface LeaveInVaultProps {
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
}

/** The way out where a vault does not delete, or never answers again. */
export const LeaveInVault = ({ isChecked, onChange }: LeaveInVaultProps) => (
  <Checkbox
    label="Remove it here without asking the vault"
    description="What may stay in the vault is listed under “Possibly left behind”."
    checked={isChecked}
    onChange={(event) => onChange(event.currentTarget.checked)}
  />
);
