'use client';
import { ActionIcon, Button, Group, Input, Pill, PasswordInput, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { PlusIcon, XIcon } from '@primer/octicons-react';
import { useId } from 'react';
import type { ConfigurationField, Pair, PairProblem } from './configuration-pairs.ts';
import classes from './key-value-pairs.module.css';

interface KeyValuePairsProps {
  readonly pairs: readonly Pair[];
  /** what the chosen module says of its keys */
  readonly fields: readonly ConfigurationField[];
  readonly problems: ReadonlyMap<string, PairProblem>;
  readonly error: string | null;
  readonly onChange: (pairs: Pair[]) => void;
}

export const KeyValuePairs = ({ pairs, fields, problems, error, onChange }: KeyValuePairsProps) => {
  const present = new Set(pairs.map(({ key }) => key));
  const offered = fields.filter(({ key }) => !present.has(key));
  const add = (key: string) => onChange([...pairs, { id: crypto.randomUUID(), key, value: '', isStored: false }]);

  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>Key value pairs</legend>
      <Text fz="xs" c="dimmed" mb="sm">
        The configuration that the provider is started with. Values are kept encrypted and never shown again.
      </Text>
      <Stack gap="sm">
        {pairs.map((pair, index) => (
          <PairRow
            key={pair.id}
            pair={pair}
            position={index + 1}
            field={fields.find(({ key }) => key === pair.key)}
            problem={problems.get(pair.id)}
            onChange={(change) => onChange(pairs.map((other) => (other.id === pair.id ? { ...other, ...change } : other)))}
            onRemove={() => onChange(pairs.filter(({ id }) => id !== pair.id))}
          />
        ))}
        <Group gap="sm">
          <Button
            variant="default"
            size="xs"
            leftSection={<PlusIcon size={14} aria-hidden="true" />}
            onClick={() => add('')}
          >
            Add Pair
          </Button>
          {offered.length > 0 && (
            <Group gap={6}>
              <Text fz="xs" c="dimmed">
                The module also takes
              </Text>
              {offered.map(({ key }) => (
                <UnstyledButton key={key} onClick={() => add(key)}>
                  <Pill>{key}</Pill>
                </UnstyledButton>
              ))}
            </Group>
          )}
        </Group>
        {error !== null && <Input.Error role="alert">{error}</Input.Error>}
      </Stack>
    </fieldset>
  );
};

interface PairRowProps {
  readonly pair: Pair;
  readonly position: number;
  readonly field: ConfigurationField | undefined;
  readonly problem: PairProblem | undefined;
  readonly onChange: (change: Partial<Pick<Pair, 'key' | 'value'>>) => void;
  readonly onRemove: () => void;
}

/** How a field says what the module says of its key. */
const helpOf = (field: ConfigurationField | undefined, isStored: boolean) =>
  [field?.label, field?.description, isStored ? 'Leave empty to keep the stored value.' : undefined]
    .filter((part) => part !== undefined && part !== '')
    .join(' · ');

const PairRow = ({ pair, position, field, problem, onChange, onRemove }: PairRowProps) => {
  const helpId = useId();
  const help = helpOf(field, pair.isStored);
  const value = {
    'aria-label': 'Value',
    'aria-describedby': help === '' ? undefined : helpId,
    autoComplete: 'new-password',
    spellCheck: false,
    placeholder: pair.isStored ? 'Stored' : (field?.placeholder ?? 'Value'),
    value: pair.value,
    error: problem?.value,
    onChange: (event: { currentTarget: { value: string } }) => onChange({ value: event.currentTarget.value }),
  };
  return (
    <div role="group" aria-label={`Pair ${position}`} className={classes.row}>
      <TextInput
        aria-label="Key"
        placeholder="Key"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        readOnly={pair.isStored}
        value={pair.key}
        error={problem?.key}
        onChange={(event) => onChange({ key: event.currentTarget.value })}
        classNames={{ input: classes.key ?? '' }}
      />
      {/* a key that the module does not call public may be a credential */}
      {field?.secret === false ? <TextInput {...value} /> : <PasswordInput {...value} />}
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
