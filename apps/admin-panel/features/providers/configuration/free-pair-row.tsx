'use client';
import { ActionIcon, Text, TextInput } from '@mantine/core';
import { XIcon } from '@primer/octicons-react';
import { useId } from 'react';
import type { ConfigurationField, Pair, PairProblem } from './configuration-pairs.ts';
import { ConfigurationValue } from './configuration-value.tsx';
import classes from './free-pair-row.module.css';

interface FreePairRowProps {
  readonly pair: Pair;
  readonly position: number;
  readonly field: ConfigurationField | undefined;
  readonly problem: PairProblem | undefined;
  readonly onChange: (change: Partial<Pick<Pair, 'key' | 'value'>>) => void;
  readonly onRemove: () => void;
}

/** What the module says about the row's key. */
const helpOf = (field: ConfigurationField | undefined, isStored: boolean) =>
  [field?.label, field?.description, isStored ? 'Leave empty to keep the stored value.' : undefined]
    .filter((part) => part !== undefined && part !== '')
    .join(' · ');

/** A key and a value, both typed by hand. */
export const FreePairRow = ({ pair, position, field, problem, onChange, onRemove }: FreePairRowProps) => {
  const helpId = useId();
  const isStored = pair.origin === 'stored';
  const help = helpOf(field, isStored);
  return (
    <div role="group" aria-label={`Pair ${position}`} className={classes.row}>
      <TextInput
        aria-label="Key"
        placeholder="Key"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        readOnly={isStored}
        value={pair.key}
        error={problem?.key}
        onChange={(event) => onChange({ key: event.currentTarget.value })}
        classNames={{ input: classes.key ?? '' }}
      />
      <ConfigurationValue
        label="Value"
        describedBy={help === '' ? undefined : helpId}
        isSecret={field?.secret !== false}
        placeholder={isStored ? 'Set' : (field?.placeholder ?? 'Value')}
        value={pair.value}
        error={problem?.value}
        onChange={(value) => onChange({ value })}
      />
      <ActionIcon variant="subtle" color="gray" size={36} aria-label={`Remove pair ${position}`} onClick={onRemove}>
        <XIcon size={16} aria-hidden="true" />
      </ActionIcon>
      {help !== '' && (
        <Text id={helpId} fz="xs" c="dimmed" className={classes.help ?? ''}>
          {help}
        </Text>
      )}
    </div>
  );
};
