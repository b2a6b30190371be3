'use client';
import { Button, Input, Stack, Text } from '@mantine/core';
import { PlusIcon } from '@primer/octicons-react';
import { useState, type Ref } from 'react';
import { Disclosure } from '@secret-store/ui';
import { arrangePairs, groupsOf, type FieldRow } from './arrange-pairs.ts';
import { ConfigurationFieldRow } from './configuration-field-row.tsx';
import { offeredPair, type ConfigurationField, type Pair, type PairProblem } from './configuration-pairs.ts';
import { FieldGroup } from './field-group.tsx';
import { FreePairRow } from './free-pair-row.tsx';
import classes from './key-value-pairs.module.css';

interface KeyValuePairsProps {
  readonly ref: Ref<HTMLFieldSetElement>;
  readonly pairs: readonly Pair[];
  /** what the chosen module says of its keys */
  readonly fields: readonly ConfigurationField[];
  readonly problems: ReadonlyMap<string, PairProblem>;
  readonly error: string | null;
  readonly onChange: (pairs: Pair[]) => void;
}

/** Up to this many optional fields are shown without a click. */
const shownOptional = 4;

/** The configuration: a form made from the module's manifest, and free pairs below it. */
export const KeyValuePairs = ({ ref, pairs, fields, problems, error, onChange }: KeyValuePairsProps) => {
  const [isOpen, setOpen] = useState(false);
  const { main, optional, further } = arrangePairs(pairs, fields);
  const change = (id: string, changed: Partial<Pair>) =>
    onChange(pairs.map((other) => (other.id === id ? { ...other, ...changed } : other)));
  const remove = (id: string) => onChange(pairs.filter((other) => other.id !== id));
  const field = (row: FieldRow, name: string) => (
    <ConfigurationFieldRow
      key={row.pair.id}
      row={row}
      name={name}
      problem={problems.get(row.pair.id)}
      onChange={(changed) => change(row.pair.id, changed)}
      {...(row.field.required !== true && {
        onClear: () => onChange(pairs.map((other) => (other.id === row.pair.id ? offeredPair(row.field.key) : other))),
      })}
    />
  );
  const optionalFields = (
    <Stack gap="md">
      {groupsOf(optional).map(({ name, rows }) => (
        <FieldGroup key={name} name={name}>
          {rows.map((row) => field(row, 'Optional'))}
        </FieldGroup>
      ))}
    </Stack>
  );
  const isFaultInside = optional.some(({ pair }) => problems.has(pair.id));

  return (
    <fieldset ref={ref} className={classes.group}>
      <legend className={classes.legend}>Key value pairs</legend>
      <Text fz="xs" c="dimmed" mb="sm">
        Settings the provider starts with. Values are encrypted and never shown again.
      </Text>
      {main.length + optional.length > 0 && (
        <div className={classes.fields}>
          {main.map((row, index) => field(row, `Pair ${index + 1}`))}
          {optional.length > shownOptional ? (
            <Disclosure
              title={`Optional settings (${optional.length})`}
              description={optional.map(({ field: { key, label } }) => label ?? key).join(', ')}
              isOpen={isOpen || isFaultInside}
              onToggle={() => setOpen(!isOpen)}
            >
              {optionalFields}
            </Disclosure>
          ) : (
            optional.length > 0 && optionalFields
          )}
        </div>
      )}
      <Stack gap="sm">
        {further.map((pair, index) => (
          <FreePairRow
            key={pair.id}
            pair={pair}
            position={main.length + index + 1}
            field={fields.find(({ key }) => key === pair.key.trim())}
            problem={problems.get(pair.id)}
            onChange={(changed) => change(pair.id, changed)}
            onRemove={() => remove(pair.id)}
          />
        ))}
        <div>
          <Button
            variant="default"
            size="xs"
            leftSection={<PlusIcon size={14} aria-hidden="true" />}
            onClick={() => onChange([...pairs, { id: crypto.randomUUID(), key: '', value: '', origin: 'typed' }])}
          >
            Add Pair
          </Button>
        </div>
        {error !== null && <Input.Error role="alert">{error}</Input.Error>}
      </Stack>
    </fieldset>
  );
};
